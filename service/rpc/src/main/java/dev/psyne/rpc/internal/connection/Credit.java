package dev.psyne.rpc.internal.connection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of items that may be sent on a stream. A message costs its bytes and {@value #ITEM_BYTES} more; while any credit is left one
 * may be sent, whatever it costs. Any thread may call.
 */
final class Credit {
    static final int ITEM_BYTES = 16;

    /** Of a caller's own items, before the callee grants more. */
    static final int FIRST_BYTES = 64 << 10;

    private final AtomicLong left;

    Credit(long bytes) {
        left = new AtomicLong(bytes);
    }

    static long cost(long messageBytes) {
        return messageBytes + ITEM_BYTES;
    }

    /** Takes what a message costs; false, and nothing is taken, if no credit is left. */
    boolean tryTake(long messageBytes) {
        long before = left.getAndUpdate(bytes -> bytes > 0 ? bytes - cost(messageBytes) : bytes);
        return before > 0;
    }

    void grant(long bytes) {
        left.addAndGet(bytes);
    }
}
