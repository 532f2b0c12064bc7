package dev.psyne.rpc.internal.wire;

/** What a {@link SendQueue} moves frames into. One thread's at a time. */
public interface FrameTarget {
    /** Whether another frame has room. */
    boolean hasRoom();

    /** Takes a frame; the message is released when its last one has been written. */
    void add(OutgoingMessage message, int from, int length);
}
