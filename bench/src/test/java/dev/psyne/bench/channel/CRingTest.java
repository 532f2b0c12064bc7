package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The C peer between two processes; without gcc, what the bench is told instead. */
class CRingTest {
    private static final int CAPACITY_BYTES = 1 << 14;
    private static final long COUNT = 2_000;

    private static boolean isGccThere() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    }

    /** The processes check the sum of all words themselves. */
    @ParameterizedTest
    @CsvSource({"true, 8, false, 3", "true, 4096, true, 3", "false, 1000, false, 1", "false, 1000, true, 1"})
    void everyMessageArrivesWholeRoundAfterRound(boolean isRoundTrip, int bytes, boolean blocks, int figures)
            throws Exception {
        try (SharedFolder folder = SharedFolder.create()) {
            if (!isGccThere()) {
                assertThrows(IOException.class, () -> CRing.compile(folder.path()));
                return;
            }
            LinkTask task = new LinkTask(isRoundTrip, bytes, CAPACITY_BYTES, blocks);
            Entrant entrant = ContenderCommands.cRing(CRing.compile(folder.path()), task);
            try (Contender contender = entrant.start().start()) {
                for (int round = 0; round < 2; round++) {
                    double[] found = contender.round(COUNT);
                    assertEquals(figures, found.length);
                    assertTrue(found[0] > 0);
                }
                assertTrue(contender.processorNanos() >= 0);
            }
        }
    }
}
