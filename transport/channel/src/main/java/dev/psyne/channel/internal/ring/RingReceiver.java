package dev.psyne.channel.internal.ring;

import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Receiver;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the receivers of all rings have in common. */
abstract class RingReceiver extends RingEnd implements Receiver {
    /** A receiver that never finds the ring empty moves its meters once in so many messages. */
    private static final int METER_MASK = 0xFF;

    private final EndMeters meters;
    private final long own;
    private final BooleanSupplier wakeUp;

    private final CatchUpPause pause;

    private boolean showing;
    private boolean foundEmpty;
    private long messages;
    private long bytes;
    private long messagesMetered;
    private long bytesMetered;

    RingReceiver(Ring ring, EndMeters meters) {
        super(ring, Side.RECEIVER);
        this.meters = meters;
        this.pause = new CatchUpPause(ring.shape().capacity());
        this.own = participant().address();
        this.wakeUp = () -> hasNext() || ring.sendersLeft() || isPeerLost();
    }

    /**
     * Finds the next message and remembers it until {@link #pass}, or answers null if there is none now. Before it answers
     * a message, this participant's progress says that it is being handled.
     */
    @Nullable
    abstract MemorySegment next();

    /** Whether {@link #next} would find one. */
    abstract boolean hasNext();

    /** Whether the message found may have been handled before. */
    abstract boolean isRedelivered();

    /** How many messages were lost before the one found; asked once. */
    abstract long takeLost();

    /** Leaves the message found behind, and gives room back where it is time. */
    abstract void pass();

    /** Gives back the room of all that was passed. */
    abstract void giveRoomBack();

    @Override
    final boolean isInHandler() {
        return showing;
    }

    @Override
    public final int poll(MessageHandler handler, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit is " + limit + "; it may not be negative");
        }
        if (showing) {
            throw new IllegalStateException("a handler may not poll the receiver whose message it reads");
        }
        pause.beforeLook();
        enter();
        int count = 0;
        try {
            while (count < limit && !isClosed()) {
                MemorySegment message = next();
                if (message == null) {
                    break;
                }
                deliver(handler, message);
                count++;
            }
            rest(count, limit);
        } finally {
            exit();
        }
        return count;
    }

    /**
     * After a poll: gives room back if the ring is empty. The look for that may miss the cache, and an answer to the message
     * would be held up behind it; so the first message after an empty ring is taken for the only one.
     */
    private void rest(int count, int limit) {
        boolean isEmpty = count < limit;
        pause.found(count);
        if (isEmpty || foundEmpty || !hasNext()) {
            giveRoomBack();
            // Meters cost two atomic additions, too much before an answer to the one message: the next look moves them.
            if (isEmpty || count != 1) {
                meter();
            } else {
                writeFigures();
            }
        }
        if (count != 0 && isEmpty) {
            pause.caughtUp(bytes);
        }
        foundEmpty = isEmpty;
    }

    private void deliver(MessageHandler handler, MemorySegment message) {
        showing = true;
        try {
            long lost = takeLost();
            if (lost != 0) {
                count(RingLayout.LOST, lost);
                meters.lost(lost);
                handler.onLost(lost);
            }
            if (isRedelivered()) {
                handler.onRedelivered(message);
            } else {
                handler.onMessage(message);
            }
        } finally {
            showing = false;
            messages++;
            bytes += message.byteSize();
            pass();
            if ((messages & METER_MASK) == 0) {
                meter();
            }
        }
    }

    /** What this receiver has read so far, for those who look from outside. */
    private void writeFigures() {
        RingMemory.put(own + RingLayout.MESSAGES, messages);
        RingMemory.put(own + RingLayout.BYTES, bytes);
    }

    private void meter() {
        if (messages != messagesMetered) {
            writeFigures();
            meters.read(messages - messagesMetered, bytes - bytesMetered);
            messagesMetered = messages;
            bytesMetered = bytes;
        }
    }

    @Override
    public final boolean receive(MessageHandler handler) throws InterruptedException {
        try {
            return receive(handler, FOREVER);
        } catch (TimeoutException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public final boolean receive(MessageHandler handler, Duration patience)
            throws InterruptedException, TimeoutException {
        return receive(handler, System.nanoTime() + patience.toNanos());
    }

    private boolean receive(MessageHandler handler, long deadline) throws InterruptedException, TimeoutException {
        while (poll(handler, 1) == 0) {
            enter();
            try {
                if (ring().sendersLeft()) {
                    // What was sent before the end is visible only to a look after it.
                    return poll(handler, 1) == 1;
                }
                checkPeerLost();
                count(RingLayout.WAITS, 1);
                meters.waited();
                if (!await(wakeUp, deadline)) {
                    throw new TimeoutException(uri() + " had no message in time");
                }
                if (isClosed()) {
                    throw closedException();
                }
            } finally {
                exit();
            }
        }
        return true;
    }

    @Override
    public final boolean isEnded() {
        if (isClosed()) {
            return true;
        }
        enter();
        try {
            return ring().sendersLeft() && !hasNext();
        } finally {
            exit();
        }
    }

    @Override
    final void beforeLeaving() {
        giveRoomBack();
        meter();
    }
}
