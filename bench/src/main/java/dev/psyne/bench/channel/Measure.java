package dev.psyne.bench.channel;

import java.util.List;

/**
 * What is measured with the same contenders in the same rounds.
 *
 * @param name how its rows' names begin
 * @param figures the figures of a round that become rows
 * @param entrants the contenders; ours is called {@value #OURS} where it is held against peers
 * @param comparison who is held against whom
 */
record Measure(String name, List<Figure> figures, List<Entrant> entrants, Comparison comparison) {
    static final String OURS = "Psyne";

    /** Who is held against whom. */
    enum Comparison {
        /** Ours against each of the others. */
        PEERS,
        /** Each against the lesser of the ones before and behind it: whoever falls below both is a cliff in the plot. */
        NEIGHBOURS
    }

    Measure(String name, List<Figure> figures, List<Entrant> entrants) {
        this(name, figures, entrants, Comparison.PEERS);
    }

    boolean hasRow(String prefix) {
        return switch (comparison) {
            case PEERS -> figures.stream().anyMatch(figure -> (name + figure.suffix()).startsWith(prefix));
            // A row alone has no neighbours.
            case NEIGHBOURS -> name.startsWith(prefix) || prefix.startsWith(name);
        };
    }
}
