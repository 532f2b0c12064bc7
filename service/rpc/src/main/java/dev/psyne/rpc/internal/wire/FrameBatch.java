package dev.psyne.rpc.internal.wire;

import dev.psyne.rpc.internal.codec.MessageBlocks;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that leave with one write: headers and small payloads are copied behind each other, large ones are written from where
 * they lie. One thread's at a time.
 */
public final class FrameBatch implements FrameTarget {
    private static final int COPIED_BYTES = 64 << 10;

    /** Payloads of at most so many bytes are copied. */
    private static final int SMALL_BYTES = 4 << 10;

    /** The bytes of a batch, about. */
    private static final int BATCH_BYTES = 256 << 10;

    private final MessageBlocks blocks;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private final List<OutgoingMessage> whole = new ArrayList<>();
    private ByteBuffer[] buffers = {};
    private @Nullable MemorySegment copies;
    private int copied;
    private int partFrom;
    private long bytes;
    private int first;

    /** One whose copies lie in a block of these while there are any. */
    public FrameBatch(MessageBlocks blocks) {
        this.blocks = blocks;
    }

    @Override
    public boolean hasRoom() {
        return bytes < BATCH_BYTES && copied + FrameHeader.BYTES + SMALL_BYTES <= COPIED_BYTES;
    }

    /** Whether all has been written. */
    public boolean isEmpty() {
        return bytes == 0;
    }

    @Override
    public void add(OutgoingMessage message, int from, int length) {
        MemorySegment target = copies();
        FrameHeader.write(
                target, copied, message.kind, message.flags, message.lane, message.stream, length, message.total());
        copied += FrameHeader.BYTES;
        bytes += FrameHeader.BYTES + length;
        boolean last = from + length == message.total();
        if (length <= SMALL_BYTES) {
            MemorySegment.copy(message.payload, from, target, copied, length);
            copied += length;
            if (last) {
                if (from == 0) {
                    message.release();
                } else {
                    whole.add(message);
                }
            }
            return;
        }
        endCopies();
        parts.add(message.payload.asSlice(from, length).asByteBuffer());
        if (last) {
            whole.add(message);
        }
    }

    /** What is to be written, and how much of it was. */
    public interface Writer {
        /** Writes as much of the buffers from {@code offset} on as it can now. */
        long write(ByteBuffer[] buffers, int offset, int length) throws IOException;
    }

    /** Writes what is left; true if all has gone, and its memory has been released. */
    public boolean writeTo(Writer writer) throws IOException {
        seal();
        while (first < buffers.length) {
            long written = writer.write(buffers, first, buffers.length - first);
            bytes -= written;
            while (first < buffers.length && !buffers[first].hasRemaining()) {
                first++;
            }
            if (written == 0 && first < buffers.length) {
                return false;
            }
        }
        clear();
        return true;
    }

    /** Forgets all, written or not. */
    public void clear() {
        whole.forEach(OutgoingMessage::release);
        whole.clear();
        parts.clear();
        if (copies != null) {
            blocks.free(copies);
            copies = null;
        }
        buffers = new ByteBuffer[0];
        first = 0;
        copied = 0;
        partFrom = 0;
        bytes = 0;
    }

    private MemorySegment copies() {
        MemorySegment block = copies;
        if (block == null) {
            block = blocks.allocate(COPIED_BYTES);
            copies = block;
        }
        return block;
    }

    private void endCopies() {
        if (copied > partFrom) {
            parts.add(copies().asSlice(partFrom, copied - partFrom).asByteBuffer());
            partFrom = copied;
        }
    }

    private void seal() {
        endCopies();
        if (buffers.length == 0) {
            buffers = parts.toArray(ByteBuffer[]::new);
        }
    }
}
