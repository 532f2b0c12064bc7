package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionLease;
import dev.psyne.platform.Futex;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** The mapped words of one process's bell, ours or another's. Any thread of any process may ring; only its owner listens. */
final class Bell implements AutoCloseable {
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final Region region;
    private final RegionLease lease;
    private final MemorySegment words;

    private Bell(Region region) {
        this.region = region;
        this.lease = region.acquire();
        this.words = region.segment();
    }

    static Bell make(Path file) {
        return new Bell(Region.builder(BellLayout.BYTES).file(file).build());
    }

    /** Another process's bell, checked before use. */
    static Bell mapForeign(Path file) {
        if (file.toFile().length() != BellLayout.BYTES) {
            throw new ChannelMismatchException(
                    file.toString(), "size", file.toFile().length(), BellLayout.BYTES);
        }
        Region region = Region.builder().file(file).open();
        MemorySegment words = region.segment();
        if (words.byteSize() != BellLayout.BYTES
                || (long) LONG.get(words, BellLayout.MAGIC_AT) != BellLayout.MAGIC
                || (int) INT.get(words, BellLayout.VERSION_AT) != BellLayout.VERSION) {
            region.close();
            throw new ChannelMismatchException(
                    file.toString(), "a header that is", "no bell", "version " + BellLayout.VERSION);
        }
        return new Bell(region);
    }

    void writeHeader(long processNumber) {
        INT.set(words, BellLayout.VERSION_AT, BellLayout.VERSION);
        LONG.set(words, BellLayout.PROCESS_NUMBER_AT, processNumber);
        LONG.setRelease(words, BellLayout.MAGIC_AT, BellLayout.MAGIC);
    }

    /** Asks the bell's process to wake one of its sleepers. */
    void ring(int sleeper) {
        if (sleeper < 0 || sleeper >= BellLayout.SLEEPERS) {
            return;
        }
        int rungWord = sleeper / Long.SIZE;
        LONG.getAndBitwiseOr(words, BellLayout.rungWord(sleeper), 1L << sleeper);
        LONG.getAndBitwiseOr(words, BellLayout.summaryWord(rungWord), 1L << rungWord);
        INT.getAndAdd(words, BellLayout.WORD_AT, 1);
        Futex.wake(lease.address() + BellLayout.WORD_AT, 1);
    }

    /** Rings without a sleeper, so that the listener looks up. */
    void nudge() {
        INT.getAndAdd(words, BellLayout.WORD_AT, 1);
        Futex.wake(lease.address() + BellLayout.WORD_AT, 1);
    }

    /** What the bell counts now; to be read before {@link #answer}. */
    int count() {
        return (int) INT.getVolatile(words, BellLayout.WORD_AT);
    }

    /** Calls back with each sleeper that was asked for since the last call. */
    void answer(IntConsumer wake) {
        for (int summary = 0; summary < BellLayout.SLEEPERS / Long.SIZE / Long.SIZE; summary++) {
            long summaryAt = BellLayout.SUMMARY_AT + (long) summary * Long.BYTES;
            if ((long) LONG.getVolatile(words, summaryAt) == 0) {
                continue;
            }
            for (long asked = (long) LONG.getAndSet(words, summaryAt, 0L); asked != 0; asked &= asked - 1) {
                answerWord(summary * Long.SIZE + Long.numberOfTrailingZeros(asked), wake);
            }
        }
    }

    private void answerWord(int rungWord, IntConsumer wake) {
        long rungAt = BellLayout.RUNG_AT + (long) rungWord * Long.BYTES;
        for (long rung = (long) LONG.getAndSet(words, rungAt, 0L); rung != 0; rung &= rung - 1) {
            wake.accept(rungWord * Long.SIZE + Long.numberOfTrailingZeros(rung));
        }
    }

    /** Waits until the bell counts further than what was counted, at most that long. */
    void await(int counted, long nanos) {
        Futex.await(lease.address() + BellLayout.WORD_AT, counted, nanos);
    }

    @Override
    public void close() {
        lease.release();
        region.close();
    }
}
