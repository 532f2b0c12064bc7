package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of a stream of bytes. A message that came whole with others is shown where it lies; one in pieces is put
 * together in memory of its own, into which a socket may be read directly. One thread's.
 */
public final class FrameReader {
    /** A socket is read directly into a message if so much of its piece is missing. */
    private static final int DIRECT_BYTES = 8 << 10;

    private final MessageMemory memory;
    private final MessageSink sink;
    private final int maxMessageBytes;
    private final int pieceBytes;
    private final MemorySegment header = MemorySegment.ofArray(new byte[FrameHeader.BYTES]);
    private final Map<Place, Assembly> assemblies = new HashMap<>();

    /** As {@link #assemblies} has it. Set before the sink is asked what it wants, so that whoever ends a call sees it. */
    private volatile boolean assembling;

    private int headerBytes;
    private boolean inPayload;
    private FrameKind kind = FrameKind.HELLO;
    private int flags;
    private Lane lane = Lane.CONTROL;
    private int stream;
    private int length;
    private int total;
    private int read;
    private @Nullable Assembly assembly;

    /** Reads messages of up to {@code maxMessageBytes} in pieces of up to {@code pieceBytes}. */
    public FrameReader(MessageMemory memory, MessageSink sink, int maxMessageBytes, int pieceBytes) {
        this.memory = memory;
        this.sink = sink;
        this.maxMessageBytes = maxMessageBytes;
        this.pieceBytes = pieceBytes;
    }

    /**
     * Takes bytes in the order in which they came.
     *
     * @param bytes read during this call only
     * @throws ProtocolException if they break a rule; nothing may be read after that
     */
    public void read(MemorySegment bytes) throws ProtocolException {
        long at = 0;
        long end = bytes.byteSize();
        while (at < end || (inPayload && read == length)) {
            at += inPayload ? readPayload(bytes, at) : readHeader(bytes, at);
        }
    }

    /** Whether all that was read were whole frames. */
    public boolean isBetweenFrames() {
        return !inPayload && headerBytes == 0;
    }

    /** Where the next bytes of the stream may be put instead of being {@link #read}; null if they may not. */
    public @Nullable MemorySegment direct() {
        Assembly begun = assembly;
        if (!inPayload || length - read < DIRECT_BYTES || begun == null || begun.buffer == null) {
            return null;
        }
        return begun.buffer.segment().asSlice(begun.bytes, length - read);
    }

    /** So many bytes were put there. */
    public void advance(int bytes) throws ProtocolException {
        Assembly begun = assembly;
        if (begun == null || bytes > length - read) {
            throw new IllegalStateException(bytes + " bytes were not asked for");
        }
        begun.bytes += bytes;
        read += bytes;
        if (read == length) {
            endPiece();
        }
    }

    /** Gives back what was being put together. */
    public void close() {
        assemblies.values().forEach(Assembly::release);
        assemblies.clear();
        assembling = false;
    }

    /** Whether a part of any message has come; false is still true when a call has ended that {@link MessageSink#wants} knew of. Any thread may ask. */
    public boolean isAssembling() {
        return assembling;
    }

    /** Drops what has come so far of messages on a stream whose call is over, and the rest when it comes. */
    public void forget(int streamNumber) {
        assemblies.forEach((place, begun) -> {
            // The lease of one with references has to be given back, which only its end tells.
            if (place.stream == streamNumber && (begun.flags & MessageLease.FLAG) == 0) {
                begun.release();
            }
        });
    }

    private long readHeader(MemorySegment bytes, long at) throws ProtocolException {
        int taken = (int) Math.min(FrameHeader.BYTES - headerBytes, bytes.byteSize() - at);
        if (taken == FrameHeader.BYTES) {
            begin(bytes, at);
            return taken;
        }
        MemorySegment.copy(bytes, at, header, headerBytes, taken);
        headerBytes += taken;
        if (headerBytes == FrameHeader.BYTES) {
            headerBytes = 0;
            begin(header, 0);
        }
        return taken;
    }

    private void begin(MemorySegment bytes, long at) throws ProtocolException {
        int word = FrameHeader.word(bytes, at);
        kind = FrameHeader.kind(word);
        flags = FrameHeader.flags(word);
        lane = FrameHeader.lane(word);
        stream = FrameHeader.stream(bytes, at);
        length = FrameHeader.length(bytes, at);
        total = FrameHeader.total(bytes, at);
        read = 0;
        inPayload = true;
        if (stream < 0 || length < 0 || length > pieceBytes) {
            throw new ProtocolException("a frame of stream " + Integer.toUnsignedLong(stream) + " with "
                    + Integer.toUnsignedLong(length) + " bytes; a piece has at most " + pieceBytes);
        }
        if (total < length || total > maxMessageBytes) {
            throw new ProtocolException("a message of " + Integer.toUnsignedLong(total) + " bytes with a piece of "
                    + length + "; it may have " + maxMessageBytes);
        }
        Assembly begun = assemblies.isEmpty() ? null : assemblies.get(new Place(stream, lane));
        if (begun != null && !begun.continues(this)) {
            throw new ProtocolException(
                    "stream " + stream + " begins another message in its lane before the last has ended");
        }
        assembly = begun;
    }

    private long readPayload(MemorySegment bytes, long at) throws ProtocolException {
        Assembly begun = assembly;
        if (begun == null) {
            if (length == total && bytes.byteSize() - at >= length) {
                inPayload = false;
                show(bytes.asSlice(at, length), null);
                return length;
            }
            begun = assemble();
        }
        int taken = (int) Math.min(length - read, bytes.byteSize() - at);
        begun.add(bytes, at, taken);
        read += taken;
        if (read == length) {
            endPiece();
        }
        return taken;
    }

    private Assembly assemble() {
        assembling = true;
        Assembly begun = new Assembly(this, (flags & MessageLease.FLAG) != 0 || sink.wants(kind, stream));
        assemblies.put(new Place(stream, lane), begun);
        assembly = begun;
        return begun;
    }

    private void endPiece() throws ProtocolException {
        Assembly begun = assembly;
        inPayload = false;
        if (begun == null || begun.bytes < total) {
            if (length < pieceBytes && length < total) {
                throw new ProtocolException("a piece of " + length + " bytes that is not the last");
            }
            return;
        }
        assemblies.remove(new Place(stream, lane));
        assembling = !assemblies.isEmpty();
        assembly = null;
        if (begun.buffer != null) {
            show(begun.buffer.segment(), begun.buffer);
        } else if (!begun.forgotten) {
            sink.refused(kind, stream, total);
        }
    }

    private void show(MemorySegment payload, @Nullable MessageBuffer buffer) throws ProtocolException {
        ReceivedMessage message = new ReceivedMessage(kind, flags, lane, stream, payload.asReadOnly(), memory, buffer);
        try {
            sink.message(message);
        } finally {
            message.end();
        }
    }

    /** Where the pieces of one message follow one another. */
    private record Place(int stream, Lane lane) {}

    /** A message of which a part has come. */
    private static final class Assembly {
        private final FrameKind kind;
        private final int flags;
        private final int total;
        private @Nullable MessageBuffer buffer;
        private boolean forgotten;
        private int bytes;

        private Assembly(FrameReader of, boolean wanted) {
            kind = of.kind;
            flags = of.flags;
            total = of.total;
            forgotten = !wanted;
            if (!wanted) {
                return;
            }
            try {
                buffer = of.memory.take(total, kind.leadBytes(flags));
            } catch (OutOfMessageMemoryException full) {
                buffer = null;
            }
        }

        private boolean continues(FrameReader of) {
            return kind == of.kind && flags == of.flags && total == of.total && of.length <= total - bytes;
        }

        private void add(MemorySegment source, long at, int length) {
            if (buffer != null) {
                MemorySegment.copy(source, at, buffer.segment(), bytes, length);
            }
            bytes += length;
        }

        private void release() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
            forgotten = true;
        }
    }
}
