package dev.psyne.telemetry;

import static dev.psyne.telemetry.MetersLayout.VALUE;
import static dev.psyne.telemetry.MetersLayout.VALUE_OFFSET;

import java.lang.foreign.MemorySegment;

/** A meter in its cell of the region. */
final class MeterCell implements Meter {
    private final MemorySegment cell;
    private final MeterKind kind;
    private final String series;

    MeterCell(MemorySegment cell, MeterKind kind, String series) {
        this.cell = cell;
        this.kind = kind;
        this.series = series;
    }

    String series() {
        return series;
    }

    @Override
    public void add(long amount) {
        if (amount < 0 && kind == MeterKind.COUNTER) {
            throw new IllegalArgumentException("a counter only grows: " + amount + " added to " + series);
        }
        long _ = (long) VALUE.getAndAdd(cell, VALUE_OFFSET, amount);
    }

    @Override
    public void set(long value) {
        if (kind == MeterKind.GAUGE) {
            VALUE.setVolatile(cell, VALUE_OFFSET, value);
            return;
        }
        long seen = value();
        while (seen != value) {
            if (value < seen) {
                throw new IllegalArgumentException(
                        "a counter only grows: " + series + " is " + seen + ", set to " + value);
            }
            long witness = (long) VALUE.compareAndExchange(cell, VALUE_OFFSET, seen, value);
            seen = witness == seen ? value : witness;
        }
    }

    @Override
    public long value() {
        return (long) VALUE.getVolatile(cell, VALUE_OFFSET);
    }
}
