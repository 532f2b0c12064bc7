package dev.psyne.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {
    private static List<String> lines(Row... rows) {
        return MarkdownTable.of(new Report("channel", "a machine", List.of(rows)))
                .lines()
                .toList();
    }

    @Test
    void saysWhereItWasMeasuredAboveTheTable() {
        assertEquals("`channel` on a machine", lines().getFirst());
        assertTrue(lines().contains("|---|---|---|---:|---|---:|---:|---:|---|"));
    }

    @Test
    void aRowShowsBothFiguresTheirRatioAndWhatWasWanted() {
        Row row = new Row("one to one 64 B", "Mmsg/s", Row.Better.HIGHER, 41.234, "JCTools", 33.1, 1.0, "FAST");
        assertEquals(
                "| one to one 64 B | FAST | Mmsg/s | 41.2 | JCTools | 33.1 | 1.25 | ≥ 1.00 | holds |",
                lines(row).getLast());
    }

    @Test
    void lessIsWantedWhereLessIsBetter() {
        Row row = new Row("round trip", "ns", Row.Better.LOWER, 651, "C", 601, 1.05, "SLOW");
        assertEquals(
                "| round trip | SLOW | ns | 651 | C | 601 | 1.08 | ≤ 1.05 | missed |",
                lines(row).getLast());
    }

    @Test
    void aStatedRowWantsNothingAndAnUnknownPlacementIsLeftEmpty() {
        Row row = new Row("window 1", "Mmsg/s", Row.Better.HIGHER, 0.5, "window 65536", 1234.4, Row.NO_GOAL);
        assertEquals(
                "| window 1 |  | Mmsg/s | 0.500 | window 65536 | 1234 | 0.00 |  | stated |",
                lines(row).getLast());
    }
}
