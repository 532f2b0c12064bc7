package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The area {@code channel}. Every contender runs in processes of its own; they take turns, and only rounds of the same
 * placement of the cores are compared. What is left out is said.
 */
public final class ChannelBench {
    /** With fewer rounds than five in every placement, this many are still worth a row. */
    private static final int FEWEST_ROUNDS = 3;

    /** With more than this part of the cores' time, others stood in a contender's way. */
    private static final double MOST_OTHERS = 0.05;

    private final PlacementProbe probe = new PlacementProbe();
    private final PlacementThreshold threshold = new PlacementThreshold();
    private final Alternation alternation;
    private final Consumer<String> notes;

    /**
     * The bench.
     *
     * @param keepsDisturbed whether a round counts even if other processes used the cores meanwhile
     * @param notes takes a line for each measure done, and for what is left out and why
     */
    public ChannelBench(boolean keepsDisturbed, Consumer<String> notes) {
        this.alternation = new Alternation(probe, threshold, keepsDisturbed ? 1 : MOST_OTHERS);
        this.notes = notes;
    }

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws IOException, InterruptedException {
        probe.warmUp();
        List<Row> rows = new ArrayList<>();
        if (!OtherProcesses.areKnown()) {
            notes.accept("rounds are kept whatever other processes do: this system has no /proc/stat");
        }
        try (SharedFolder folder = SharedFolder.create()) {
            run(new ChannelMeasures(compile(folder.path())).all(), prefix, rows);
        }
        run(OwnMeasures.all(), prefix, rows);
        if (OwnMeasures.HUGE_PAGES.startsWith(prefix)) {
            try (HugeMounts mounts = HugeMounts.mount(notes)) {
                run(OwnMeasures.hugePages(mounts), prefix, rows);
            }
        }
        if (IdleCost.NAME.startsWith(prefix)) {
            rows.add(IdleCost.measure());
        }
        notes.accept(threshold.describe());
        return rows;
    }

    /** A contender that fails costs its measure, not the others'. */
    private void run(List<Measure> measures, String prefix, List<Row> rows) throws InterruptedException {
        for (Measure measure : measures) {
            if (measure.hasRow(prefix) && !measure.entrants().isEmpty()) {
                try {
                    rows.addAll(run(measure));
                } catch (IOException failure) {
                    notes.accept("failed, " + measure.name() + ": " + failure.getMessage());
                }
            }
        }
    }

    private Optional<Path> compile(Path folder) throws InterruptedException {
        try {
            return Optional.of(CRing.compile(folder));
        } catch (IOException failure) {
            notes.accept("left out, every row against C: " + failure.getMessage());
            return Optional.empty();
        }
    }

    private List<Row> run(Measure measure) throws IOException, InterruptedException {
        Map<String, List<Round>> rounds = alternation.run(measure);
        List<Outcome> outcomes = outcomes(measure, rounds, Alternation.ROUNDS);
        if (outcomes.isEmpty()) {
            outcomes = outcomes(measure, rounds, FEWEST_ROUNDS);
        }
        if (outcomes.isEmpty()) {
            notes.accept("left out, " + measure.name() + ": " + whyNone(rounds));
        }
        outcomes.forEach(outcome -> notes.accept(outcome.describe()));
        return outcomes.stream().flatMap(outcome -> outcome.rows().stream()).toList();
    }

    private String whyNone(Map<String, List<Round>> rounds) {
        List<Round> all = rounds.values().stream().flatMap(List::stream).toList();
        long disturbed =
                all.stream().filter(round -> !alternation.isUndisturbed(round)).count();
        return disturbed > all.size() / 2
                ? "in " + disturbed + " of " + all.size() + " rounds other processes used more than "
                        + Math.round(100 * MOST_OTHERS) + " % of the cores"
                : "the cores changed their placement too often; " + threshold.describe();
    }

    /** One for each placement in which every contender has that many rounds. */
    private List<Outcome> outcomes(Measure measure, Map<String, List<Round>> rounds, int fewest) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Placement placement : List.of(Placement.FAST, Placement.SLOW)) {
            Map<String, List<Round>> kept = new LinkedHashMap<>();
            rounds.forEach((name, all) -> kept.put(name, alternation.in(all, placement)));
            if (kept.values().stream().allMatch(each -> each.size() >= fewest)) {
                outcomes.add(new Outcome(measure, placement, kept));
            }
        }
        return outcomes;
    }
}
