package dev.psyne.bench.memory;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Two threads, each with a few places whose blocks it replaces at random by blocks of random size: allocate, write the
 * first and the last eight bytes, free. A size is drawn so that each power of two is as likely as another. Netty's leak
 * detector is off, malloc is called without a thread state transition.
 *
 * <p>Needs 2 GiB of memory; Netty's part comes out of {@code -XX:MaxDirectMemorySize}.
 */
public final class AllocatorBench {
    private static final long REGION_BYTES = 2L << 30;
    private static final int THREADS = 2;
    private static final int DRAWS = 1 << 14;
    private static final double GOAL = 1.2;

    private static final List<Load> LOADS = List.of(
            new Load("64 B to 64 MiB", 64, 64 << 20, 16, 100_000),
            new Load("64 B to 4 KiB", 64, 4 << 10, 64, 4_000_000),
            new Load("4 KiB to 256 KiB", 4 << 10, 256 << 10, 64, 500_000));

    /** Sizes, places held by a thread and replacements in a round. */
    private record Load(String name, int leastBytes, int mostBytes, int places, int replacements) {}

    /**
     * Measures all loads.
     */
    public List<Row> rows() throws InterruptedException {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        List<Row> rows = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                Region region = Region.anonymous(REGION_BYTES);
                RegionAllocator allocator = RegionAllocator.over(region)) {
            PooledByteBufAllocator netty = new PooledByteBufAllocator(true);
            for (Load load : LOADS) {
                double[] figures = Turns.medians(
                        () -> measure(threads, load, () -> new SegmentHolder(allocator, load.places)),
                        () -> measure(threads, load, () -> new OffsetHolder(region, allocator, load.places)),
                        () -> measure(threads, load, () -> new MallocHolder(load.places)),
                        () -> measure(threads, load, () -> new NettyHolder(netty, load.places)));
                rows.add(row(load, "segments", figures[0], "malloc", figures[2]));
                rows.add(row(load, "segments", figures[0], "Netty", figures[3]));
                rows.add(row(load, "offsets", figures[1], "malloc", figures[2]));
                rows.add(row(load, "offsets", figures[1], "Netty", figures[3]));
            }
        }
        return rows;
    }

    private static Row row(Load load, String form, double ours, String peer, double value) {
        return new Row("allocator " + load.name + ", " + form, "M/s", Row.Better.HIGHER, ours, peer, value, GOAL);
    }

    private static double measure(ExecutorService threads, Load load, Supplier<BlockHolder> holders)
            throws InterruptedException {
        List<Callable<Long>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int seed = thread;
            work.add(() -> replace(load, holders.get(), seed));
        }
        long slowest = 0;
        for (Future<Long> nanos : threads.invokeAll(work)) {
            try {
                slowest = Math.max(slowest, nanos.get());
            } catch (ExecutionException failure) {
                throw new IllegalStateException("a thread of the load " + load.name + " failed", failure.getCause());
            }
        }
        return 1e3 * THREADS * load.replacements / slowest;
    }

    private static long replace(Load load, BlockHolder holder, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] sizes = new int[DRAWS];
        int[] places = new int[DRAWS];
        double octaves = Math.log((double) load.mostBytes / load.leastBytes);
        for (int i = 0; i < DRAWS; i++) {
            sizes[i] = (int) (load.leastBytes * Math.exp(random.nextDouble() * octaves));
            places[i] = random.nextInt(load.places);
        }
        long begin = System.nanoTime();
        for (int i = 0; i < load.replacements; i++) {
            holder.replace(places[i & (DRAWS - 1)], sizes[i & (DRAWS - 1)]);
        }
        long nanos = System.nanoTime() - begin;
        holder.clear();
        return nanos;
    }
}
