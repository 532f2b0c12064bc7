package dev.psyne.rpc.internal.wire;

/**
 * What a message says by reference is its sender's memory, lent for as long as the receiver looks at it. Whoever holds the
 * message holds this too. Any thread may call.
 */
public interface MessageLease {
    /** Flag of a message with references; the number of its lease, a u32, is its last four bytes. */
    int FLAG = 32;

    /** Bytes of the number. */
    int NUMBER_BYTES = Integer.BYTES;

    /** The receiver looks at it no more. A second time does nothing. */
    void release();
}
