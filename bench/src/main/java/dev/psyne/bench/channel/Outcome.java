package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.util.ArrayList;
import java.util.Arrays;
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
            for (Map.Entry<String, Figure.Goal> goal : figure.goals().entrySet()) {
                if (rounds.containsKey(goal.getKey())) {
                    double value = median(goal.getKey(), figure);
                    rows.add(row(figure, goal.getKey(), value, goal.getValue().in(placement)));
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

    /** All medians in one line, of the peers too where ours is missing. */
    String describe() {
        return measure.figures().stream()
                .map(figure -> rounds.keySet().stream()
                        .map(name -> String.format(Locale.ROOT, "%s %.4g", name, median(name, figure)))
                        .collect(Collectors.joining(
                                ", ", measure.name() + figure.suffix() + " [" + figure.unit() + "]: ", "")))
                .collect(Collectors.joining("; ", "", " (" + placement + ")"));
    }

    private double median(String contender, Figure figure) {
        double[] values = rounds.getOrDefault(contender, List.of()).stream()
                .limit(Alternation.ROUNDS)
                .mapToDouble(round -> round.figures()[figure.column()] / figure.scale())
                .sorted()
                .toArray();
        return values.length == 0
                ? Double.NaN
                : Arrays.stream(values).skip(values.length / 2).findFirst().orElse(0);
    }
}
