package dev.psyne.rpc.internal.wire;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames that are copied to one place behind each other, from where their messages lie. How many bytes that takes is known before.
 * One thread's at a time.
 */
public final class GatheredFrames implements FrameTarget {
    private static final int MAX_FRAMES = 64;

    /** No further frame is added to so many bytes. */
    private static final int FULL_BYTES = 64 << 10;

    private final @Nullable OutgoingMessage[] messages = new @Nullable OutgoingMessage[MAX_FRAMES];
    private final int[] froms = new int[MAX_FRAMES];
    private final int[] lengths = new int[MAX_FRAMES];
    private int count;
    private int bytes;

    /** None at first. */
    public GatheredFrames() {}

    /** The most bytes there ever are, of pieces of {@code pieceBytes}. */
    public static int maxBytes(int pieceBytes) {
        return FULL_BYTES + FrameHeader.BYTES + pieceBytes;
    }

    @Override
    public boolean hasRoom() {
        return count < MAX_FRAMES && bytes < FULL_BYTES;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Bytes that {@link #moveTo} writes. */
    public int bytes() {
        return bytes;
    }

    /** Takes a message that makes one frame, to spare it the queue when nothing waits there; false if it is longer than a piece. */
    public boolean addWhole(OutgoingMessage message, int pieceBytes) {
        int total = message.total();
        if (total > pieceBytes) {
            return false;
        }
        add(message, 0, total);
        return true;
    }

    @Override
    public void add(OutgoingMessage message, int from, int length) {
        messages[count] = message;
        froms[count] = from;
        lengths[count] = length;
        count++;
        bytes += FrameHeader.BYTES + length;
    }

    /** Writes all of them and forgets them. */
    public void moveTo(MemorySegment target) {
        long at = 0;
        for (int i = 0; i < count; i++) {
            OutgoingMessage message = Objects.requireNonNull(messages[i]);
            int length = lengths[i];
            FrameHeader.write(
                    target, at, message.kind, message.flags, message.lane, message.stream, length, message.total());
            MemorySegment.copy(message.payload, froms[i], target, at + FrameHeader.BYTES, length);
            at += FrameHeader.BYTES + length;
        }
        clear();
    }

    /** Forgets all, written or not. */
    public void clear() {
        for (int i = 0; i < count; i++) {
            OutgoingMessage message = Objects.requireNonNull(messages[i]);
            if (froms[i] + lengths[i] == message.total()) {
                message.release();
            }
            messages[i] = null;
        }
        count = 0;
        bytes = 0;
    }
}
