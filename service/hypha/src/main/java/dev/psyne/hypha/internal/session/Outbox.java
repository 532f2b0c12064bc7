package dev.psyne.hypha.internal.session;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.internal.router.Lane;
import dev.psyne.hypha.internal.router.OutgoingFrame;
import dev.psyne.net.ConnectionClosedException;
import dev.psyne.net.WebSocketConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client, in three lanes. While the client reads, a frame goes straight to the socket; otherwise it
 * waits here, and one job carries it over when there is room. Any thread may call; only {@link #awaitRoom} waits.
 */
final class Outbox {
    /** The socket takes more without a wait while it holds less than this. */
    private static final int SOCKET_BYTES = 32 << 10;

    /** Frames carried over at once: they share a flush. */
    private static final int BATCH_FRAMES = 64;

    private static final int BATCH_BYTES = 128 << 10;

    /** What a waiting frame costs beside its bytes. */
    private static final int FRAME_OVERHEAD_BYTES = 64;

    private static final int TOO_SLOW = 1008;
    private static final int NOT_SENT = 1011;
    private static final Lane[] LANES = Lane.values();

    private final WebSocketConnection socket;
    private final Scheduler scheduler;
    private final HyphaLimits limits;
    private final SendRoom room;
    private final Object lock = new Object();
    private @Nullable ArrayDeque<byte[]> @Nullable [] lanes;
    private List<Thread> waiting = List.of();
    private long waitingBytes;

    /** Those of the waiting bytes that are on their way into the socket. */
    private long batchBytes;

    private boolean carrying = true;
    private boolean closed;

    /** Holds everything back until {@link #start}. */
    Outbox(WebSocketConnection socket, Scheduler scheduler, HyphaLimits limits, SendRoom room) {
        this.socket = socket;
        this.scheduler = scheduler;
        this.limits = limits;
        this.room = room;
    }

    /** Lets out what has come and what will come. */
    void start() {
        carryOn();
    }

    void add(OutgoingFrame frame, Lane lane) {
        boolean atOnce;
        synchronized (lock) {
            if (closed) {
                return;
            }
            atOnce = !carrying && waitingBytes == 0 && socket.queuedBytes() < SOCKET_BYTES;
            carrying |= atOnce;
        }
        if (!atOnce) {
            keep(frame.toArray(), lane);
            return;
        }
        if (!isSentAtOnce(frame)) {
            keep(frame.toArray(), lane);
        }
        carryOn();
    }

    /** Whether the socket took it, or is gone and takes nothing any more. */
    private boolean isSentAtOnce(OutgoingFrame frame) {
        try {
            return socket.trySend(frame.bytes(), frame::writeTo);
        } catch (ConnectionClosedException gone) {
            dropAll();
            return true;
        }
    }

    private void keep(byte[] frame, Lane lane) {
        long cost = frame.length + FRAME_OVERHEAD_BYTES;
        if (room.reserve(cost)) {
            enqueue(frame, lane, cost);
        } else {
            overflow("the server's memory for what waits is full");
        }
    }

    /** Whether {@link #awaitRoom} would not wait. */
    boolean hasRoom() {
        return waitingBytes() <= limits.pauseBytes();
    }

    /** Waits while much waits for this client; the sender of more is held up, not the server. */
    void awaitRoom() {
        if (hasRoom()) {
            return;
        }
        Thread self = Thread.currentThread();
        while (join(self) && !self.isInterrupted()) {
            LockSupport.park(this);
        }
    }

    /** Bytes that wait here, without those in the socket. */
    long waitingBytes() {
        synchronized (lock) {
            return waitingBytes;
        }
    }

    /** More than can wait has come: drops everything and closes the connection. */
    void overflow(String reason) {
        if (close()) {
            socket.close(TOO_SLOW, "too slow a reader: " + reason);
        }
    }

    /** Drops what waits and takes no more; false if it was closed before. */
    boolean close() {
        long dropped;
        synchronized (lock) {
            if (closed) {
                return false;
            }
            closed = true;
            dropped = waitingBytes;
            waitingBytes = 0;
            batchBytes = 0;
            lanes = null;
            wake();
        }
        room.release(dropped);
        return true;
    }

    private void enqueue(byte[] frame, Lane lane, long cost) {
        boolean taken;
        boolean spawn;
        boolean tooMuch;
        synchronized (lock) {
            taken = !closed;
            spawn = taken && !carrying;
            carrying |= spawn;
            if (taken) {
                lane(lane).add(frame);
                waitingBytes += cost;
            }
            tooMuch = waitingBytes > limits.outboxBytes();
        }
        if (!taken) {
            room.release(cost);
        } else if (tooMuch) {
            overflow("more than " + limits.outboxBytes() + " bytes wait for it");
        } else if (spawn) {
            spawn();
        }
    }

    private void spawn() {
        try {
            scheduler.spawn(this::carry);
        } catch (JobRejectedException stopping) {
            overflow("the server has too much to do");
        }
    }

    private void carry() {
        List<byte[]> batch = next();
        while (!batch.isEmpty()) {
            send(batch);
            batch = next();
        }
    }

    /** One frame has gone; goes on with those that came meanwhile, in a job of their own. */
    private void carryOn() {
        boolean more;
        synchronized (lock) {
            more = waitingBytes > 0 && !closed;
            carrying = more;
        }
        if (more) {
            spawn();
        }
    }

    private void send(List<byte[]> frames) {
        try {
            socket.send(frames);
        } catch (ConnectionClosedException gone) {
            dropAll();
        }
    }

    /** A client that is still there must not wait for what was dropped. */
    private void dropAll() {
        if (close()) {
            socket.close(NOT_SENT, "what was to be sent could not be");
        }
    }

    /** The last batch has gone; the next, best lane first. Empty if there is none, and then nobody carries. */
    private List<byte[]> next() {
        List<byte[]> batch = new ArrayList<>();
        long gone;
        synchronized (lock) {
            gone = batchBytes;
            waitingBytes -= gone;
            batchBytes = 0;
            for (Lane lane : LANES) {
                take(lanes == null ? null : lanes[lane.ordinal()], batch);
            }
            carrying = !batch.isEmpty();
            if (!carrying) {
                lanes = null;
            }
            if (waitingBytes <= limits.pauseBytes() / 2) {
                wake();
            }
        }
        room.release(gone);
        return batch;
    }

    private void take(@Nullable ArrayDeque<byte[]> queue, List<byte[]> batch) {
        while (queue != null && !queue.isEmpty() && batch.size() < BATCH_FRAMES && batchBytes < BATCH_BYTES) {
            byte[] frame = queue.remove();
            batchBytes += frame.length + FRAME_OVERHEAD_BYTES;
            batch.add(frame);
        }
    }

    private boolean join(Thread self) {
        synchronized (lock) {
            if (closed || waitingBytes <= limits.pauseBytes() / 2) {
                return false;
            }
            if (!waiting.contains(self)) {
                List<Thread> more = new ArrayList<>(waiting);
                more.add(self);
                waiting = more;
            }
            return true;
        }
    }

    private void wake() {
        waiting.forEach(LockSupport::unpark);
        waiting = List.of();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private ArrayDeque<byte[]> lane(Lane lane) {
        if (lanes == null) {
            lanes = new ArrayDeque[LANES.length];
        }
        ArrayDeque<byte[]> queue = lanes[lane.ordinal()];
        if (queue == null) {
            queue = new ArrayDeque<>();
            lanes[lane.ordinal()] = queue;
        }
        return queue;
    }
}
