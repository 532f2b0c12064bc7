package dev.psyne.rpc.internal.meter;

import dev.psyne.rpc.MethodStatistics;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one method. Any thread may add; without allocation, but for the first of each kind of failure. */
public final class MethodMeter {
    /** Kinds of failure that are told apart; peers make up their own. */
    static final int MAX_CODES = 32;

    static final int MAX_CODE_CHARS = 64;
    static final String OTHER = "other";

    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double P999 = 0.999;

    private final MethodStatistics.Side side;
    private final String service;
    private final String method;
    private final DurationHistogram durations = new DurationHistogram();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    MethodMeter(MethodStatistics.Side side, String service, String method) {
        this.side = side;
        this.service = service;
        this.method = method;
    }

    /** So many bytes of a message have come. */
    public void received(long bytes) {
        bytesIn.add(bytes);
    }

    /** So many bytes of a message have been given to the connection. */
    public void sent(long bytes) {
        bytesOut.add(bytes);
    }

    /**
     * A call is over.
     *
     * @param nanos how long it took
     * @param failureCode null if it did not fail
     */
    public void ended(long nanos, @Nullable String failureCode) {
        durations.add(nanos);
        if (failureCode != null) {
            failed(failureCode);
        }
    }

    private void failed(String code) {
        LongAdder known = failures.get(code);
        if (known == null) {
            boolean isOther = code.length() > MAX_CODE_CHARS || failures.size() >= MAX_CODES;
            known = failures.computeIfAbsent(isOther ? OTHER : code, _ -> new LongAdder());
        }
        known.increment();
    }

    /** As of now. */
    public MethodStatistics statistics() {
        long[] counts = durations.snapshot();
        long calls = Arrays.stream(counts).sum();
        Map<String, Long> errors = new TreeMap<>();
        failures.forEach((code, count) -> errors.put(code, count.sum()));
        return new MethodStatistics(
                side,
                service,
                method,
                calls,
                errors,
                bytesIn.sum(),
                bytesOut.sum(),
                DurationHistogram.quantileNanos(counts, calls, MEDIAN),
                DurationHistogram.quantileNanos(counts, calls, P99),
                DurationHistogram.quantileNanos(counts, calls, P999));
    }
}
