package dev.psyne.vlm.internal.packed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.layer.LayerMemory;
import dev.psyne.vlm.internal.layer.PackedLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed once, mapped from then on; made again when the files are others; in memory when it cannot be kept. */
class PackedCacheTest {
    private static final LinearLayout LAYOUT = LinearLayout.of(WeightType.F32, 16, 8);

    @TempDir
    private Path folder;

    private Path weights;
    private final AtomicInteger builds = new AtomicInteger();

    @BeforeEach
    void write() throws IOException {
        weights = Files.writeString(folder.resolve("model.safetensors"), "weights");
    }

    private PackedCache.Source source(WeightPrecision precision) {
        return new PackedCache.Source(folder, PackedCache.DECODER, List.of(weights), precision, LAYOUT.bytes());
    }

    private void build(PackedLayers layers) {
        builds.incrementAndGet();
        layers.place("a", LAYOUT, memory -> memory.fill((byte) builds.get()));
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> names = Files.list(folder.resolve("cache"))) {
            return names.toList();
        }
    }

    @Test
    void layersAreWrittenOnceForEachPrecision() throws IOException {
        PackedCache cache = new PackedCache(folder.resolve("cache"));
        assertInstanceOf(
                PackedFile.class,
                cache.layers(source(WeightPrecision.INT8), this::build).layers());
        assertInstanceOf(
                PackedFile.class,
                cache.layers(source(WeightPrecision.INT8), this::build).layers());
        assertEquals(1, builds.get());
        cache.layers(source(WeightPrecision.INT4), this::build);
        assertEquals(2, builds.get());
        assertEquals(2, kept().size());
        assertNotEquals(
                cache.file(folder, WeightPrecision.INT8), cache.file(folder.resolve("x"), WeightPrecision.INT8));
    }

    @Test
    void otherFilesMakeOtherLayers() throws IOException {
        PackedCache cache = new PackedCache(folder.resolve("cache"));
        cache.layers(source(WeightPrecision.INT8), this::build);
        Files.writeString(weights, "Weights");
        Files.setLastModifiedTime(weights, FileTime.fromMillis(1_000));
        cache.layers(source(WeightPrecision.INT8), this::build);
        Files.setLastModifiedTime(weights, FileTime.fromMillis(2_000));
        cache.layers(source(WeightPrecision.INT8), this::build);
        assertEquals(3, builds.get());
        Path file = cache.file(folder, WeightPrecision.INT8);
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
        cache.layers(source(WeightPrecision.INT8), this::build);
        assertEquals(4, builds.get());
        assertEquals(List.of(file), kept());
    }

    @Test
    void withoutRoomTheModelIsInMemoryAndTheBytesAreSaid() {
        PackedCache cache = new PackedCache(folder.resolve("cache"), () -> 100);
        PackedCache.Found found = cache.layers(source(WeightPrecision.INT8), this::build);
        assertInstanceOf(LayerMemory.class, found.layers());
        assertTrue(found.note().contains("wants " + LAYOUT.bytes() + " bytes, 100 are free"), found.note());
        assertFalse(Files.exists(folder.resolve("cache")));
    }

    @Test
    void aDirectoryThatCannotBeIsNoReasonNotToLoad() throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file");
        PackedCache.Found found =
                new PackedCache(occupied.resolve("cache")).layers(source(WeightPrecision.INT8), this::build);
        assertInstanceOf(LayerMemory.class, found.layers());
        assertTrue(found.note().contains("occupied"), found.note());
    }

    @Test
    void aWriterThatEndsEarlyLeavesNothing() throws IOException {
        PackedCache cache = new PackedCache(folder.resolve("cache"));
        assertThrows(
                IllegalStateException.class,
                () -> cache.layers(source(WeightPrecision.INT8), layers -> {
                    build(layers);
                    throw new IllegalStateException("no more");
                }));
        assertEquals(List.of(), kept());
        String part = cache.file(folder, WeightPrecision.INT8).getFileName() + ".123" + PackedWriter.PART_ENDING;
        Files.writeString(folder.resolve("cache").resolve(part), "of a writer that was killed");
        cache.layers(source(WeightPrecision.INT8), this::build);
        assertEquals(List.of(cache.file(folder, WeightPrecision.INT8)), kept());
    }

    @Test
    void writersAtTheSameTimeDoNoHarm() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        List<PackedCache.Found> found = packedAtTheSameTime(layers -> {
            both.countDown();
            awaitBoth(both);
            layers.place("a", LAYOUT, memory -> memory.fill((byte) 7));
        });
        for (PackedCache.Found one : found) {
            ((PackedFile) one.layers()).verify();
        }
        assertEquals(1, kept().size());
    }

    @RepeatedTest(50)
    void aWriterIsNeverTakenForAnAbandonedOne() throws Exception {
        for (PackedCache.Found one : packedAtTheSameTime(this::build)) {
            assertEquals("", one.note());
            one.layers().close();
        }
        assertEquals(1, kept().size());
    }

    /** What two threads found that began together. */
    private List<PackedCache.Found> packedAtTheSameTime(Consumer<PackedLayers> build) throws Exception {
        PackedCache cache = new PackedCache(folder.resolve("cache"));
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory());
        try {
            var writers = new ExecutorCompletionService<PackedCache.Found>(threads);
            for (int i = 0; i < 2; i++) {
                writers.submit(() -> {
                    start.await();
                    return cache.layers(source(WeightPrecision.INT8), build);
                });
            }
            return List.of(writers.take().get(), writers.take().get());
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitBoth(CountDownLatch both) {
        try {
            both.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
