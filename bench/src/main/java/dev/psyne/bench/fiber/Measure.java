package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.fiber.FiberProvider;

/**
 * Something that is measured, and how.
 *
 * @param name what
 * @param unit of its figures
 * @param better whether more or less is wanted
 * @param peer who or what it is held against
 * @param goal the ratio wanted, ours to the peer's
 * @param repeats whether it is measured on the supported API, too
 * @param opening opens it for a kind of fibers
 */
record Measure(
        String name, String unit, Row.Better better, String peer, double goal, boolean repeats, Opening opening) {
    /** How the names of rows begin that hold the supported API against what needs {@code --add-opens}. */
    static final String SUPPORTED_API = "supported API, ";

    static final String LOOP_FIBERS = "loop fibers";

    private static final int ROUNDS = 5;

    /** Enough for what is only stated, or for a peer whose own program takes samples. */
    private static final int FEW_ROUNDS = 3;

    /** Opens a contest. */
    @FunctionalInterface
    interface Opening {
        Contest open(FiberProvider fibers);
    }

    static Measure more(String name, String unit, String peer, double goal, Opening opening) {
        return new Measure(name, unit, Row.Better.HIGHER, peer, goal, true, opening);
    }

    static Measure less(String name, String unit, String peer, double goal, Opening opening) {
        return new Measure(name, unit, Row.Better.LOWER, peer, goal, true, opening);
    }

    /** The same, but not repeated on the supported API. */
    Measure once() {
        return new Measure(name, unit, better, peer, goal, false, opening);
    }

    boolean isWanted(String prefix) {
        return name.startsWith(prefix);
    }

    boolean isWantedOnSupportedApi(String prefix) {
        return repeats && (SUPPORTED_API + name).startsWith(prefix);
    }

    /** Ours as it is preferred, beside the peer. */
    Row row() throws InterruptedException {
        try (Contest contest = opening.open(FiberProvider.preferred())) {
            Turns.warmUp(contest::ours, contest::theirs);
            return row(contest, ROUNDS);
        }
    }

    /** As {@link #row()}, beside a peer whose own program warms up by itself and takes samples. */
    Row rowBesideProgram() throws InterruptedException {
        try (Contest contest = opening.open(FiberProvider.preferred())) {
            Turns.warmUp(contest::ours);
            return row(contest, FEW_ROUNDS);
        }
    }

    private Row row(Contest contest, int rounds) throws InterruptedException {
        double[] figures = Turns.medians(rounds, contest::ours, contest::theirs);
        return new Row(name, unit, better, figures[0], peer, figures[1], goal);
    }

    /** Ours on the supported API, beside ours as it is preferred. Nothing is wanted of it. */
    Row supportedApiRow() throws InterruptedException {
        try (Contest supported = opening.open(FiberProvider.VIRTUAL_THREADS);
                Contest preferred = opening.open(FiberProvider.LOOP_FIBERS)) {
            Turns.warmUp(supported::ours, preferred::ours);
            double[] figures = Turns.medians(FEW_ROUNDS, supported::ours, preferred::ours);
            return new Row(SUPPORTED_API + name, unit, better, figures[0], LOOP_FIBERS, figures[1], Row.NO_GOAL);
        }
    }
}
