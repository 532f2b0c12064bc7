package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Preset;
import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;

/**
 * How long after it was given to a pool that has been idle for 10 ms a job begins, and what the process spends on the
 * processor meanwhile. Each pool is alone in its turn: one that looks for work would take another's core, and its time.
 */
final class WakeUps {
    static final String NAME = "wake-up after 10 ms";

    private static final String POOL = "ForkJoinPool";
    private static final String THROUGHPUT = "throughput";
    private static final String LATENCY = "latency";
    private static final String PLAIN = "virtual threads";
    private static final int TURNS = 3;
    private static final double MEDIAN = 0.5;
    private static final double NINETY_NINTH = 0.99;

    private final int workers;
    private final Map<String, SleeperWatch> watches = new LinkedHashMap<>();

    WakeUps(int workers) {
        this.workers = workers;
    }

    /** Of both presets, beside ForkJoinPool. */
    List<Row> rows() throws InterruptedException {
        for (int turn = 0; turn < TURNS; turn++) {
            watch(THROUGHPUT, Preset.THROUGHPUT, FiberProvider.preferred());
            watch(LATENCY, Preset.LATENCY, FiberProvider.preferred());
            watchForkJoin();
        }
        List<Row> rows = new ArrayList<>();
        rows.add(percentile(", throughput p50", THROUGHPUT, POOL, MEDIAN, 1.1));
        rows.add(percentile(", throughput p99", THROUGHPUT, POOL, NINETY_NINTH, 1.2));
        rows.add(percentile(", latency p50", LATENCY, POOL, MEDIAN, 0.6));
        rows.add(percentile(", latency p99", LATENCY, POOL, NINETY_NINTH, Row.NO_GOAL));
        rows.add(processorTime(", processor time of throughput", THROUGHPUT, POOL));
        rows.add(processorTime(", processor time of latency", LATENCY, POOL));
        return rows;
    }

    /** On the supported API, whose idle threads are the JDK's, beside the throughput preset as it is preferred. */
    List<Row> supportedApiRows() throws InterruptedException {
        for (int turn = 0; turn < TURNS; turn++) {
            watch(PLAIN, Preset.THROUGHPUT, FiberProvider.VIRTUAL_THREADS);
            watch(THROUGHPUT, Preset.THROUGHPUT, FiberProvider.LOOP_FIBERS);
        }
        return List.of(
                onSupportedApi(percentile(", p50", PLAIN, THROUGHPUT, MEDIAN, Row.NO_GOAL)),
                onSupportedApi(percentile(", p99", PLAIN, THROUGHPUT, NINETY_NINTH, Row.NO_GOAL)),
                onSupportedApi(processorTime(", processor time", PLAIN, THROUGHPUT)));
    }

    private static Row onSupportedApi(Row row) {
        return new Row(
                Measure.SUPPORTED_API + row.name(),
                row.unit(),
                row.better(),
                row.ours(),
                Measure.LOOP_FIBERS,
                row.value(),
                row.goal());
    }

    private void watch(String name, Preset preset, FiberProvider fibers) throws InterruptedException {
        try (Scheduler scheduler = Scheduler.builder()
                .workers(workers)
                .preset(preset)
                .fibers(fibers)
                .prewarmed()
                .build()) {
            watches.computeIfAbsent(name, _ -> new SleeperWatch()).watch(scheduler::spawn);
        }
    }

    private void watchForkJoin() throws InterruptedException {
        try (ForkJoinPool pool = new ForkJoinPool(workers)) {
            watches.computeIfAbsent(POOL, _ -> new SleeperWatch()).watch(pool);
        }
    }

    private SleeperWatch of(String name) {
        return Objects.requireNonNull(watches.get(name), name);
    }

    private Row percentile(String name, String ours, String theirs, double share, double goal) {
        return new Row(
                NAME + name,
                "µs",
                Row.Better.LOWER,
                of(ours).micros(share),
                theirs,
                of(theirs).micros(share),
                goal);
    }

    private Row processorTime(String name, String ours, String theirs) {
        return new Row(
                NAME + name,
                "% of core",
                Row.Better.LOWER,
                of(ours).percentOfCore(),
                theirs,
                of(theirs).percentOfCore(),
                Row.NO_GOAL);
    }
}
