package dev.psyne.bench;

import java.util.Optional;

/**
 * One figure of a bench: ours beside the peer's, measured in the same run.
 *
 * @param name what was measured
 * @param unit the unit of both figures
 * @param better whether more or less of it is wanted
 * @param ours our figure
 * @param peer who or what it is held against
 * @param value the peer's figure
 * @param goal the ratio ours ÷ value that is wanted, {@value #NO_GOAL} where the two are only stated
 * @param placement how near to each other the cores were while it was measured, {@value #UNKNOWN_PLACEMENT} if nobody looked
 */
public record Row(
        String name,
        String unit,
        Better better,
        double ours,
        String peer,
        double value,
        double goal,
        String placement) {
    /** The goal of a row that states what something costs, or what peers do, and wants nothing. */
    public static final double NO_GOAL = 0;

    static final String UNKNOWN_PLACEMENT = "unknown";

    /** The direction in which a figure gets better. */
    public enum Better {
        /** More is better. */
        HIGHER,
        /** Less is better. */
        LOWER
    }

    /** A row measured while nobody looked how near to each other the cores were. */
    public Row(String name, String unit, Better better, double ours, String peer, double value, double goal) {
        this(name, unit, better, ours, peer, value, goal, UNKNOWN_PLACEMENT);
    }

    /** A row held against a fixed target instead of a program; less is better. */
    public static Row target(String name, String unit, double ours, double target) {
        return new Row(name, unit, Better.LOWER, ours, "target", target, 1.0, UNKNOWN_PLACEMENT);
    }

    /** Whether both are the same figure against the same peer, in placements that can be compared. */
    boolean isComparable(Row other) {
        return name.equals(other.name)
                && peer.equals(other.peer)
                && (placement.equals(other.placement)
                        || placement.equals(UNKNOWN_PLACEMENT)
                        || other.placement.equals(UNKNOWN_PLACEMENT));
    }

    double ratio() {
        return ours / value;
    }

    boolean isStated() {
        return goal == NO_GOAL;
    }

    /** Whether the ratio is what was wanted; nothing can be wrong with a row that is only stated. */
    boolean holds() {
        if (isStated()) {
            return true;
        }
        return better == Better.HIGHER ? ratio() >= goal : ratio() <= goal;
    }

    /** What became of what was wanted, in a word. */
    String verdict() {
        if (isStated()) {
            return "stated";
        }
        return holds() ? "holds" : "missed";
    }

    /** Whether this row got worse than an earlier one by more than the noise of a shared machine. */
    Optional<String> worseThan(Row earlier, double tolerance) {
        double change = ours / earlier.ours();
        boolean worse = better == Better.HIGHER ? change < 1 - tolerance : change > 1 + tolerance;
        return worse
                ? Optional.of("%s: %.3g %s, earlier %.3g".formatted(name, ours, unit, earlier.ours()))
                : Optional.empty();
    }
}
