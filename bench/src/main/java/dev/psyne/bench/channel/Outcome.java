package dev.psyne.bench.channel;

import dev.psyne.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the rounds of a measure in one placement come to: the median of each contender's first five. */
final class Outcome {
    /** Whom a row among neighbours is held against. */
    static final String NEIGHBOUR = "lesser neighbour";

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

    /**
     * Among peers, a row for each figure and peer, and for each figure and fixed target, and none if ours was not measured;
     * among neighbours, a row for each figure and contender.
     */
    List<Row> rows() {
        return switch (measure.comparison()) {
            case PEERS -> peerRows();
            case NEIGHBOURS ->
                measure.figures().stream()
                        .flatMap(figure -> neighbourRows(figure).stream())
                        .toList();
        };
    }

    private List<Row> neighbourRows(Figure figure) {
        List<String> names = measure.entrants().stream().map(Entrant::name).toList();
        Figure.Goal goal = figure.goals().getOrDefault(NEIGHBOUR, Figure.Goal.STATED);
        List<Row> rows = new ArrayList<>();
        for (int place = 0; place < names.size(); place++) {
            double before = place == 0 ? Double.MAX_VALUE : median(names.get(place - 1), figure);
            double behind = place + 1 == names.size() ? Double.MAX_VALUE : median(names.get(place + 1), figure);
            // The first has nobody before it from whom it could have fallen.
            double wanted = place == 0 ? Row.NO_GOAL : goal.in(placement);
            rows.add(new Row(
                    measure.name() + figure.suffix() + " " + names.get(place),
                    figure.unit(),
                    figure.better(),
                    median(names.get(place), figure),
                    NEIGHBOUR,
                    Math.min(before, behind),
                    wanted,
                    placement.name()));
        }
        return rows;
    }

    private List<Row> peerRows() {
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
