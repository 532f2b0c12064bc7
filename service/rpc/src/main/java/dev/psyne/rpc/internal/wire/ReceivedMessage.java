package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A whole message as it came, for the time of the call that shows it. It lies in its own memory, or in the socket's if it came in
 * one piece; who wants it longer {@linkplain #keep keeps} it.
 */
public final class ReceivedMessage {
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FrameKind kind;
    private final int flags;
    private final Lane lane;
    private final int stream;
    private final MemorySegment payload;
    private final MessageMemory memory;
    private @Nullable MessageBuffer buffer;
    private @Nullable MessageLease lease;

    ReceivedMessage(
            FrameKind kind,
            int flags,
            Lane lane,
            int stream,
            MemorySegment payload,
            MessageMemory memory,
            @Nullable MessageBuffer buffer) {
        this.kind = kind;
        this.flags = flags;
        this.lane = lane;
        this.stream = stream;
        this.payload = payload;
        this.memory = memory;
        this.buffer = buffer;
    }

    public FrameKind kind() {
        return kind;
    }

    public int flags() {
        return flags;
    }

    public Lane lane() {
        return lane;
    }

    public int stream() {
        return stream;
    }

    /** Its bytes. */
    public MemorySegment payload() {
        return payload;
    }

    /** Whether it holds references. */
    public boolean holdsReferences() {
        return (flags & MessageLease.FLAG) != 0;
    }

    /** The number of its lease, as the sender gave it. */
    public int leaseNumber() throws ProtocolException {
        if (payload.byteSize() < kind.leadBytes(flags) + MessageLease.NUMBER_BYTES) {
            throw new ProtocolException("a " + kind + " of " + payload.byteSize()
                    + " bytes that holds references; it ends with the four of a lease's number");
        }
        return payload.get(NUMBER, payload.byteSize() - MessageLease.NUMBER_BYTES);
    }

    /** The references in it hold until this lease is released, which it is unless somebody keeps the message. */
    public void lend(MessageLease of) {
        lease = of;
    }

    /**
     * Its bytes in memory that is the caller's from here on, aligned behind what leads its record. Once.
     *
     * @throws OutOfMessageMemoryException if it has to be copied and there is no memory for it
     */
    public MessageBuffer keep() throws OutOfMessageMemoryException {
        MessageBuffer own = buffer;
        if (own != null) {
            buffer = null;
            return lent(own);
        }
        MessageBuffer copy = memory.take(payload.byteSize(), kind.leadBytes(flags));
        copy.segment().copyFrom(payload);
        return lent(copy);
    }

    private MessageBuffer lent(MessageBuffer kept) {
        if (lease != null) {
            kept.lend(lease);
            lease = null;
        }
        return kept;
    }

    /** The call that showed it is over. */
    void end() {
        if (buffer != null) {
            buffer.release();
        }
        if (lease != null) {
            lease.release();
        }
    }
}
