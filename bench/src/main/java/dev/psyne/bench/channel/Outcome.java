package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the rounds of a measure in one placement come to: the median of each contender's first five. */
final class Outcome {
    private final Measure measure;
    private final Placement placement;
    private final Map<String, List<Round>> rounds;

    /**
     * The outcome.
     *
     * @param rounds rounds of that placement only, by contender
     */
    Outcome(Measure measure, Placement placement, Map<String, List<Round>> rounds) {
        this.measure = measure;
        this.placement = placement;
        this.rounds = rounds;
    }

    /** A row for each figure and peer, and for each figure and fixed target; none if ours was not measured. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        if (!rounds.containsKey(Measure.OURS)) {
            return rows;
        }
        for (Figure figure : measure.figures()) {
            for (String peer : rounds.keySet()) {
                Figure.Goal goal = figure.goals().get(peer);
                if (goal != null) {
                    rows.add(row(figure, peer, median(peer, figure), goal.in(placement)));
                }
            }
            Double limit = figure.limits().get(placement);
            if (limit != null) {
                rows.add(row(figure, "target", limit, 1));
            }
        }
        return rows;
    }

    private Row row(Figure figure, String peer, double value, double goal) {
        return new Row(
                measure.name() + figure.suffix(),
                figure.unit(),
                figure.better(),
                median(Measure.OURS, figure),
                peer,
                value,
                goal,
                placement.name());
    }

    /** Median, least and most of every contender in one line, of the peers too where ours is missing. */
    String describe() {
        return measure.figures().stream()
                .map(figure -> rounds.keySet().stream()
                        .map(name -> describe(name, figure))
                        .collect(Collectors.joining(
                                ", ", measure.name() + figure.suffix() + " [" + figure.unit() + "]: ", "")))
                .collect(Collectors.joining("; ", "", " " + placement));
    }

    private String describe(String contender, Figure figure) {
        double[] values = sorted(contender, figure);
        return String.format(
                Locale.ROOT,
                "%s %.4g (%.4g to %.4g)",
                contender,
                values[values.length / 2],
                values[0],
                values[values.length - 1]);
    }

    private double median(String contender, Figure figure) {
        double[] values = sorted(contender, figure);
        return values[values.length / 2];
    }

    private double[] sorted(String contender, Figure figure) {
        return rounds.getOrDefault(contender, List.of()).stream()
                .limit(Alternation.ROUNDS)
                .mapToDouble(round -> round.figures().get(figure.column()) / figure.scale())
                .sorted()
                .toArray();
    }
}
