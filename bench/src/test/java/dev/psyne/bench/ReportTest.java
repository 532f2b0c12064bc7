package dev.psyne.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Row row(String peer, String placement, double ours) {
        return new Row("one to one 64 B", "Mmsg/s", Row.Better.HIGHER, ours, peer, 10, 0.95, placement);
    }

    @Test
    void eachRowKeepsItsOwnPlacementThroughJson() {
        Report report = new Report("channel", "a machine", List.of(row("C", "FAST", 9), row("C", "SLOW", 3)));
        assertEquals(report, Report.parse(report.json()));
    }

    @Test
    void aReportOfBeforePlacementsIsRead() {
        String document = """
                {"area": "ask", "machine": "a machine", "rows": [{"name": "whole answer", "unit": "ms",
                "better": "lower", "ours": 42.0, "peer": "target", "value": 200.0, "goal": 1.0}]}""";
        assertEquals(
                List.of(Row.target("whole answer", "ms", 42, 200)),
                Report.parse(document).rows());
    }

    @Test
    void onlyTheSamePeerInTheSamePlacementIsCompared() {
        assertTrue(row("C", "FAST", 9).isComparable(row("C", "FAST", 3)));
        assertFalse(row("C", "FAST", 9).isComparable(row("C", "SLOW", 3)));
        assertFalse(row("C", "FAST", 9).isComparable(row("Aeron", "FAST", 9)));
        assertTrue(row("C", "FAST", 9).isComparable(row("C", "unknown", 9)));
    }

    @Test
    void aStatedRowHoldsWhateverTheRatio() {
        assertTrue(new Row("window 1", "ns", Row.Better.LOWER, 9, "itself", 1, Row.NO_GOAL).holds());
        assertFalse(new Row("round trip", "ns", Row.Better.LOWER, 9, "itself", 1, 1.1).holds());
    }

    @Test
    void aRowThatGotWorseThanTheNoiseSaysSo() {
        assertTrue(row("C", "FAST", 8).worseThan(row("C", "FAST", 10), 0.15).isPresent());
        assertTrue(row("C", "FAST", 9).worseThan(row("C", "FAST", 10), 0.15).isEmpty());
    }
}
