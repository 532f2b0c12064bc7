package dev.psyne.rpc.internal.wire;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent over one connection, in four lanes. Within a lane the streams take turns, a piece each; the messages of a
 * stream stay in order. Any thread adds; one at a time takes.
 */
public final class SendQueue {
    private final LaneQueue[] lanes = new LaneQueue[Lane.count()];
    private final int pieceBytes;
    private long waitingBytes;
    private boolean closed;

    /** Takes messages apart into pieces of at most {@code pieceBytes}. */
    public SendQueue(int pieceBytes) {
        this.pieceBytes = pieceBytes;
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new LaneQueue(Lane.of(i).weight());
        }
    }

    /** Adds a message; false, and released, if nothing is sent any more. */
    public boolean add(OutgoingMessage message) {
        synchronized (lanes) {
            if (!closed) {
                waitingBytes += cost(message);
                lanes[message.lane.ordinal()].add(message);
                return true;
            }
        }
        message.release();
        return false;
    }

    /** Moves frames into {@code batch} until it is full or nothing waits; false if nothing was moved. */
    public boolean take(FrameTarget batch) {
        synchronized (lanes) {
            boolean taken = false;
            while (batch.hasRoom()) {
                LaneQueue lane = next();
                if (lane == null) {
                    break;
                }
                take(lane, batch);
                taken = true;
            }
            return taken;
        }
    }

    /** Bytes that have not been taken yet. */
    public long waitingBytes() {
        synchronized (lanes) {
            return waitingBytes;
        }
    }

    /** Drops what waits, and takes no more. */
    public void close() {
        synchronized (lanes) {
            closed = true;
            waitingBytes = 0;
            for (LaneQueue lane : lanes) {
                lane.drop();
            }
        }
    }

    private void take(LaneQueue lane, FrameTarget batch) {
        OutgoingMessage message = lane.turn();
        int length = Math.min(pieceBytes, message.total() - message.taken);
        int from = message.taken;
        message.taken += length;
        waitingBytes -= length;
        batch.add(message, from, length);
        if (message.isTaken()) {
            waitingBytes -= FrameHeader.BYTES;
            lane.next(message);
        } else {
            lane.again(message);
        }
    }

    /** The control lane if anything waits there; otherwise the first that has some of its weight left. */
    private @Nullable LaneQueue next() {
        if (!lanes[0].isEmpty()) {
            return lanes[0];
        }
        LaneQueue waiting = weighed();
        if (waiting == null) {
            for (LaneQueue lane : lanes) {
                lane.left = lane.weight;
            }
            waiting = weighed();
        }
        if (waiting != null) {
            waiting.left--;
        }
        return waiting;
    }

    private @Nullable LaneQueue weighed() {
        for (int i = 1; i < lanes.length; i++) {
            if (lanes[i].left > 0 && !lanes[i].isEmpty()) {
                return lanes[i];
            }
        }
        return null;
    }

    private static long cost(OutgoingMessage message) {
        return message.total() + FrameHeader.BYTES;
    }

    /** The streams of one lane that wait, by their first message; each knows the one behind it. */
    private static final class LaneQueue {
        private final int weight;
        private final ArrayDeque<OutgoingMessage> heads = new ArrayDeque<>();
        private final Map<Integer, OutgoingMessage> tails = new HashMap<>();
        private int left;

        private LaneQueue(int weight) {
            this.weight = weight;
        }

        private boolean isEmpty() {
            return heads.isEmpty();
        }

        private void add(OutgoingMessage message) {
            OutgoingMessage before = tails.put(message.stream, message);
            if (before == null) {
                heads.add(message);
            } else {
                before.after = message;
            }
        }

        private OutgoingMessage turn() {
            return heads.remove();
        }

        private void again(OutgoingMessage begun) {
            heads.add(begun);
        }

        private void next(OutgoingMessage done) {
            OutgoingMessage after = done.after;
            if (after == null) {
                tails.remove(done.stream);
            } else {
                heads.add(after);
            }
        }

        private void drop() {
            for (OutgoingMessage head : heads) {
                for (OutgoingMessage message = head; message != null; message = message.after) {
                    message.release();
                }
            }
            heads.clear();
            tails.clear();
        }
    }
}
