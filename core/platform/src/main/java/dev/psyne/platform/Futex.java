package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Waiting on a 32-bit word of memory until another thread, of this process or of one that maps the same memory, wakes it:
 * futex(2), the non-private form. Only on Linux; {@link #isAvailable()} tells. Any thread may use it.
 *
 * <p>The words are bare addresses: the caller must hold the memory mapped (see a region's lease) until the call is back.
 */
public final class Futex {
    private static final long WAIT = 0;
    private static final long WAKE = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final @Nullable BareSystemCall CALL =
            BareSystemCall.link(SystemCall.FUTEX).orElse(null);

    private Futex() {}

    /** Whether this process can wait so. */
    public static boolean isAvailable() {
        return CALL != null;
    }

    /**
     * Waits while the word has the expected value, at most the time given; it may also return for no reason. Blocks the
     * thread, and the carrier of a virtual one.
     *
     * @param address of the word, a multiple of 4
     * @param nanos the most nanoseconds to wait, above 0
     */
    public static void await(long address, int expected, long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(2 * Long.BYTES, Long.BYTES);
            time.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
            time.set(ValueLayout.JAVA_LONG, Long.BYTES, nanos % NANOS_PER_SECOND);
            call().callBlocking(address, WAIT, expected, time.address());
        }
    }

    /**
     * Wakes those who wait on the word.
     *
     * @param address of the word, a multiple of 4
     * @param most how many to wake at most, above 0
     */
    public static void wake(long address, int most) {
        call().callBriefly(address, WAKE, most, 0);
    }

    private static BareSystemCall call() {
        if (CALL == null) {
            throw new UnsupportedOperationException("this system has no futex; ask isAvailable() first");
        }
        return CALL;
    }
}
