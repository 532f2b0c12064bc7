package dev.psyne.bench.channel;

import java.util.List;

/**
 * What is measured with the same contenders in the same rounds.
 *
 * @param name how its rows' names begin
 * @param figures the figures of a round that become rows
 * @param entrants the contenders; ours is called {@value #OURS}
 */
record Measure(String name, List<Figure> figures, List<Entrant> entrants) {
    static final String OURS = "Psyne";

    boolean hasRow(String prefix) {
        return figures.stream().anyMatch(figure -> (name + figure.suffix()).startsWith(prefix));
    }
}
