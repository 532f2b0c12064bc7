package dev.psyne.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.Region;
import dev.psyne.memory.RegionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {
    private final Meters meters = Meters.create(8);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aCounterGrowsAndAGaugeIsSet() {
        Meter counter = meters.counter("jobs_total", "Jobs run.");
        counter.increment();
        counter.add(4);
        Meter gauge = meters.gauge("queued", "Jobs queued.");
        gauge.set(7);
        gauge.add(-9);
        assertEquals(Map.of("jobs_total", 5L, "queued", -2L), meters.snapshot());
    }

    @Test
    void aCounterNeverShrinks() {
        Meter counter = meters.counter("jobs_total", "Jobs run.");
        counter.set(10);
        assertThrows(IllegalArgumentException.class, () -> counter.set(9));
        assertThrows(IllegalArgumentException.class, () -> counter.add(-1));
        counter.set(10);
        assertEquals(10, counter.value());
    }

    @Test
    void theSameNameAndLabelsAreTheSameMeter() {
        Meter first = meters.counter("jobs_total", "Jobs run.", Map.of("queue", "low", "node", "a"));
        assertSame(first, meters.counter("jobs_total", "Jobs run.", Map.of("node", "a", "queue", "low")));
        assertNotSame(first, meters.counter("jobs_total", "Jobs run.", Map.of("queue", "high", "node", "a")));
        assertNotSame(first, meters.counter("jobs_total", "Jobs run."));
    }

    @Test
    void aNameHasOneKindAndOneHelp() {
        meters.counter("jobs_total", "Jobs run.");
        IllegalArgumentException kind =
                assertThrows(IllegalArgumentException.class, () -> meters.gauge("jobs_total", "Jobs run."));
        assertTrue(kind.toString().contains("already a counter"), kind.toString());
        assertThrows(IllegalArgumentException.class, () -> meters.counter("jobs_total", "Other help."));
    }

    @Test
    void namesAndLabelsPrometheusDoesNotAllowAreRefused() {
        for (String name : List.of("", "1a", "a b", "a-b", "ä", "a{b=\"c\"}", "a\n")) {
            assertThrows(IllegalArgumentException.class, () -> meters.counter(name, ""), name);
        }
        for (String label : List.of("", "1", "a:b", "__name__", "a b")) {
            assertThrows(IllegalArgumentException.class, () -> meters.counter("a", "", Map.of(label, "")), label);
        }
        assertTrue(meters.snapshot().isEmpty());
    }

    @Test
    void aNameTooLongForItsCellIsRefused() {
        String longest = "a".repeat(MetersLayout.MAX_SERIES_BYTES);
        assertEquals(0, meters.counter(longest, "").value());
        assertThrows(IllegalArgumentException.class, () -> meters.counter(longest + "a", ""));
        assertEquals(1, meters.snapshot().size());
    }

    @Test
    void moreMetersThanCellsAreRefusedByName() {
        try (Meters two = Meters.create(2)) {
            two.counter("a", "");
            two.counter("b", "");
            MetersFullException full = assertThrows(MetersFullException.class, () -> two.counter("c", ""));
            assertTrue(full.toString().contains("c;"), full.toString());
            two.counter("a", "").increment();
            assertEquals(Map.of("a", 1L, "b", 0L), two.snapshot());
        }
    }

    @Test
    void aCapacityOutOfBoundsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Meters.create(0));
        assertThrows(IllegalArgumentException.class, () -> Meters.create(Meters.MAX_CAPACITY + 1));
    }

    @Test
    void closedMetersThrow() {
        Meter counter = meters.counter("jobs_total", "Jobs run.");
        meters.close();
        assertThrows(IllegalStateException.class, counter::increment);
        assertThrows(IllegalStateException.class, counter::value);
        assertThrows(IllegalStateException.class, () -> meters.counter("other", ""));
        assertThrows(IllegalStateException.class, meters::prometheus);
    }

    @Test
    void noAdditionIsLostBetweenThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            String label = Integer.toString(thread % 2);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 50_000; round++) {
                    meters.counter("shared_total", "").increment();
                    meters.counter("pair_total", "", Map.of("pair", label)).add(2);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(
                Map.of(
                        "shared_total",
                        200_000L,
                        "pair_total{pair=\"0\"}",
                        200_000L,
                        "pair_total{pair=\"1\"}",
                        200_000L),
                meters.snapshot());
    }

    @Test
    void sharedMetersAreReadFromOutsideAndGoWithTheirOwner(@TempDir Path directory) {
        try (Meters shared = Meters.shared(directory, "meters.1", 4)) {
            shared.counter("psyne_seen_total", "Seen.").add(3);
            shared.gauge("psyne_depth", "Depth.", Map.of("channel", "mem:a")).set(-2);
            assertEquals(
                    Map.of("psyne_seen_total", 3L, "psyne_depth{channel=\"mem:a\"}", -2L),
                    Meters.read(directory, "meters.1"));
        }
        assertThrows(RegionException.class, () -> Meters.read(directory, "meters.1"));
    }

    @Test
    void aRegionWithoutMetersIsNamedWithWhatIsWrong(@TempDir Path directory) {
        Region.builder(4096).shared("other").directory(directory).build().close();
        IllegalArgumentException none =
                assertThrows(IllegalArgumentException.class, () -> Meters.read(directory, "other"));
        assertTrue(none.toString().contains("other holds no meters of version 1: its magic is 0"), none.toString());
    }
}
