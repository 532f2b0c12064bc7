package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TilesTest {
    @ParameterizedTest
    @EnumSource
    void tilesCoverTheAreaOnce(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            Tile area = new Tile(-5, 3, 128, 70);
            AtomicIntegerArray runs = new AtomicIntegerArray(area.width() * area.height());
            Parallel.on(scheduler).forEachTile(area, 16, 7, tile -> {
                assertTrue(tile.width() >= 1 && tile.width() <= 16 && tile.height() >= 1 && tile.height() <= 7);
                for (int y = tile.fromY(); y < tile.toY(); y++) {
                    for (int x = tile.fromX(); x < tile.toX(); x++) {
                        runs.incrementAndGet((y - area.fromY()) * area.width() + x - area.fromX());
                    }
                }
            });
            assertAllOnce(runs);
        }
    }

    @ParameterizedTest
    @EnumSource
    void boxesFillTheSpaceOnce(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            Box space = new Box(1, -2, 3, 20, 21, 22);
            AtomicIntegerArray runs = new AtomicIntegerArray(space.width() * space.height() * space.depth());
            Parallel.on(scheduler).forEachBox(space, 4, 5, 6, box -> {
                assertTrue(box.width() <= 4 && box.height() <= 5 && box.depth() <= 6);
                for (int z = box.fromZ(); z < box.toZ(); z++) {
                    for (int y = box.fromY(); y < box.toY(); y++) {
                        for (int x = box.fromX(); x < box.toX(); x++) {
                            int layer = (z - space.fromZ()) * space.height();
                            runs.incrementAndGet((layer + y - space.fromY()) * space.width() + x - space.fromX());
                        }
                    }
                }
            });
            assertAllOnce(runs);
        }
    }

    @ParameterizedTest
    @EnumSource
    void extremeSidesAreCutRight(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            Parallel parallel = Parallel.on(scheduler);
            AtomicInteger tiles = new AtomicInteger();
            Tile wide = new Tile(1, 0, Integer.MAX_VALUE, 1);
            parallel.forEachTile(wide, Integer.MAX_VALUE, 1, tile -> {
                assertEquals(wide, tile);
                tiles.incrementAndGet();
            });
            parallel.forEachTile(Tile.of(0, 1000), 1, 1, tile -> tiles.incrementAndGet());
            parallel.forEachBox(Box.of(10, 10, 0), 1, 1, 1, box -> tiles.incrementAndGet());
            assertEquals(1, tiles.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureSurfacesAtTheCaller(FiberProvider provider) {
        try (Scheduler scheduler = ParallelTest.scheduler(provider, 2)) {
            IllegalStateException failure = new IllegalStateException();
            JobFailedException failed = assertThrows(
                    JobFailedException.class,
                    () -> Parallel.on(scheduler).forEachTile(Tile.of(100, 100), 10, 10, tile -> {
                        if (tile.fromX() == 50) {
                            throw failure;
                        }
                    }));
            assertSame(failure, failed.getCause());
        }
    }

    @Test
    void refusesWhatCannotBeCut() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            Parallel parallel = Parallel.on(scheduler);
            assertThrows(IllegalArgumentException.class, () -> Tile.of(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> new Tile(-2, 0, Integer.MAX_VALUE, 1));
            assertThrows(IllegalArgumentException.class, () -> Box.of(1, 1, -1));
            assertThrows(IllegalArgumentException.class, () -> parallel.forEachTile(Tile.of(1, 1), 1, 0, tile -> {}));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> parallel.forEachTile(Tile.of(1 << 16, 1 << 16), 1, 1, tile -> {}));
        }
    }

    private static void assertAllOnce(AtomicIntegerArray runs) {
        for (int i = 0; i < runs.length(); i++) {
            assertEquals(1, runs.get(i), "index " + i);
        }
    }
}
