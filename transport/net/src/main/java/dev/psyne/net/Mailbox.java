package dev.psyne.net;

import dev.psyne.fiber.Scheduler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one connection, run one at a time and in order as jobs on the scheduler. It takes whatever comes but says
 * when it is full, so that its owner stops reading.
 */
final class Mailbox {
    /** What a delivery costs beside its bytes. */
    static final long DELIVERY_BYTES = 128;

    /** Deliveries after which a job ends and another goes on, so that a busy connection does not keep a worker. */
    private static final int BATCH = 64;

    private record Entry(Runnable delivery, long bytes) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final Object lock = new Object();
    private final Scheduler scheduler;
    private final long maxBytes;
    private final Runnable drained;
    private long waitingBytes;
    private boolean running;
    private boolean full;

    /** {@code drained} is called from a job when a full mailbox has become half empty. */
    Mailbox(Scheduler scheduler, long maxBytes, Runnable drained) {
        this.scheduler = scheduler;
        this.maxBytes = maxBytes;
        this.drained = drained;
    }

    /** Takes a delivery, which must not throw; false if the mailbox is full now, and then {@code drained} will be called. */
    boolean add(Runnable delivery, long bytes) {
        boolean start;
        boolean hasRoom;
        synchronized (lock) {
            entries.add(new Entry(delivery, bytes + DELIVERY_BYTES));
            waitingBytes += bytes + DELIVERY_BYTES;
            full |= waitingBytes > maxBytes;
            hasRoom = !full;
            start = !running;
            running = true;
        }
        if (start) {
            scheduler.spawn(this::runBatch);
        }
        return hasRoom;
    }

    /** Whether nothing waits and nothing is under way, so that the next delivery would be the first. */
    boolean isIdle() {
        synchronized (lock) {
            return !running;
        }
    }

    private void runBatch() {
        for (int i = 0; i < BATCH; i++) {
            Entry entry = next();
            if (entry == null) {
                return;
            }
            entry.delivery().run();
            if (settle(entry.bytes())) {
                drained.run();
            }
        }
        scheduler.spawn(this::runBatch);
    }

    private @Nullable Entry next() {
        synchronized (lock) {
            Entry entry = entries.poll();
            running = entry != null;
            return entry;
        }
    }

    /** The bytes of a delivery count until it is over; true if that made a full mailbox half empty. */
    private boolean settle(long bytes) {
        synchronized (lock) {
            waitingBytes -= bytes;
            boolean relieved = full && waitingBytes <= maxBytes / 2;
            full &= !relieved;
            return relieved;
        }
    }
}
