package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.bench.Row;
import dev.psyne.bench.channel.Figure.Goal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final double GOAL = 0.8;

    private static Entrant entrant(String name) {
        return new Entrant(name, () -> {
            throw new IllegalStateException("nobody starts " + name);
        });
    }

    private static List<Row> rows(Measure.Comparison comparison, String peer, Map<String, Double> figures) {
        Figure figure = new Figure("", "GB/s", Row.Better.HIGHER, 0, 1, Map.of(peer, Goal.always(GOAL)), Map.of());
        Measure measure = new Measure(
                "sizes",
                List.of(figure),
                figures.keySet().stream().map(OutcomeTest::entrant).toList(),
                comparison);
        Map<String, List<Round>> rounds = new LinkedHashMap<>();
        figures.forEach((name, value) -> rounds.put(name, List.of(new Round(List.of(value), 100, 100, 0))));
        return new Outcome(measure, Placement.FAST, rounds).rows();
    }

    private static Map<String, Double> inOrder(double... values) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (double value : values) {
            figures.put("size " + figures.size(), value);
        }
        return figures;
    }

    @Test
    void eachNeighbourIsHeldAgainstTheLesserOfTheTwoBesideIt() {
        List<Row> rows = rows(Measure.Comparison.NEIGHBOURS, Outcome.NEIGHBOUR, inOrder(1, 8, 4, 6, 3));
        assertEquals(
                List.of(8.0, 1.0, 6.0, 3.0, 6.0), rows.stream().map(Row::value).toList());
        assertEquals(
                List.of(Row.NO_GOAL, GOAL, GOAL, GOAL, GOAL),
                rows.stream().map(Row::goal).toList());
        assertEquals("sizes size 1", rows.get(1).name());
    }

    @Test
    void oursIsHeldAgainstEachPeerOfWhomSomethingIsWanted() {
        Map<String, Double> figures = new LinkedHashMap<>(Map.of(Measure.OURS, 9.0));
        figures.put("C", 10.0);
        figures.put("Aeron", 2.0);
        List<Row> rows = rows(Measure.Comparison.PEERS, "C", figures);
        assertEquals(1, rows.size());
        assertEquals("C", rows.getFirst().peer());
        assertTrue(rows.getFirst().value() == 10 && rows.getFirst().ours() == 9);
    }

    @Test
    void theOnesAskedForByNameAreMeasured() {
        Figure figure = new Figure(" p50", "ns", Row.Better.LOWER, 0, 1, Map.of(), Map.of());
        Measure peers = new Measure("round trip", List.of(figure), List.of());
        assertTrue(peers.hasRow("round trip p50"));
        assertFalse(peers.hasRow("round trip p99"));
        Measure neighbours = new Measure("sizes", List.of(), List.of(), Measure.Comparison.NEIGHBOURS);
        assertTrue(neighbours.hasRow("sizes 8 B"));
        assertFalse(neighbours.hasRow("growth"));
    }
}
