package dev.psyne.bench.memory;

import dev.psyne.bench.Row;
import dev.psyne.memory.HugePages;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionBuilder;
import dev.psyne.memory.RegionPlacement.PageKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What huge pages give a large shared region: blocks of 1 MiB are copied into one of 64 MiB and, half a region later, out
 * of it, through two mappings as two processes would have them. With and without huge pages take turns from one lap of the
 * region to the next, so that both meet the same neighbours; medians of five rounds.
 * The tmpfs that huge pages need is mounted for the run, which takes root; without, the row is left out.
 */
public final class HugePagesBench {
    private static final long MEBIBYTE = 1 << 20;
    private static final long REGION_BYTES = 64 * MEBIBYTE;
    private static final long BLOCKS = REGION_BYTES / MEBIBYTE;
    private static final int LAPS = 16;
    private static final int ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 2;
    private static final double GOAL = 1.3;

    private final Consumer<String> notes;

    /**
     * The bench.
     *
     * @param notes takes a line for what is left out and why
     */
    public HugePagesBench(Consumer<String> notes) {
        this.notes = notes;
    }

    /** Measures: one row, or none where no tmpfs with huge pages can be had. */
    public List<Row> rows() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("psyne-huge");
        try {
            if (!isRun("mount", "-t", "tmpfs", "-o", "huge=advise,size=256m", "none", directory.toString())) {
                notes.accept("left out, huge pages: no tmpfs with huge=advise could be mounted; run as root");
                return List.of();
            }
            try {
                return measure(directory);
            } finally {
                isRun("umount", directory.toString());
            }
        } finally {
            Files.delete(directory);
        }
    }

    private static boolean isRun(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private List<Row> measure(Path directory) {
        double[] with = new double[ROUNDS];
        double[] without = new double[ROUNDS];
        try (Lane huge = new Lane(directory, "huge", HugePages.TRY);
                Lane ordinary = new Lane(directory, "ordinary", HugePages.NONE)) {
            if (huge.in.placement().pages() != PageKind.TRANSPARENT) {
                notes.accept("left out, huge pages: " + huge.in.placement().describe());
                return List.of();
            }
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                long hugeNanos = 0;
                long ordinaryNanos = 0;
                for (int lap = 0; lap < LAPS; lap++) {
                    hugeNanos += huge.lap();
                    ordinaryNanos += ordinary.lap();
                }
                with[Math.max(round, 0)] = gigabytesPerSecond(hugeNanos);
                without[Math.max(round, 0)] = gigabytesPerSecond(ordinaryNanos);
            }
        }
        return List.of(new Row(
                "huge pages, 1 MiB blocks through 64 MiB",
                "GB/s",
                Row.Better.HIGHER,
                median(with),
                "ordinary pages",
                median(without),
                GOAL));
    }

    private static double gigabytesPerSecond(long nanos) {
        return (double) LAPS * REGION_BYTES / nanos;
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    /** One region mapped twice, and the blocks at both ends of the way through it. */
    private static final class Lane implements AutoCloseable {
        private final Region in;
        private final Region out;
        private final Region ends = Region.anonymous(2 * MEBIBYTE);

        Lane(Path directory, String name, HugePages pages) {
            RegionBuilder wanted = Region.builder(REGION_BYTES)
                    .shared(name)
                    .directory(directory)
                    .hugePages(pages)
                    .prefault(Runnable::run);
            this.in = wanted.build();
            this.out = wanted.open();
        }

        /** Nanoseconds for every block of the region in once and out once. */
        long lap() {
            MemorySegment source = ends.segment().asSlice(0, MEBIBYTE);
            MemorySegment target = ends.segment().asSlice(MEBIBYTE, MEBIBYTE);
            long start = System.nanoTime();
            for (long block = 0; block < BLOCKS; block++) {
                in.segment().asSlice(block * MEBIBYTE, MEBIBYTE).copyFrom(source);
                target.copyFrom(out.segment().asSlice((block + BLOCKS / 2) % BLOCKS * MEBIBYTE, MEBIBYTE));
            }
            return System.nanoTime() - start;
        }

        @Override
        public void close() {
            out.close();
            in.close();
            ends.close();
        }
    }
}
