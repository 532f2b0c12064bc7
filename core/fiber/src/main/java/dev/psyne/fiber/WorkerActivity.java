package dev.psyne.fiber;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Event;

/**
 * What one worker does, for whoever looks: counted always, timed only while somebody watches. The worker's carrier alone
 * writes (itself, or the fiber it carries), so a count is an opaque store; anybody reads.
 */
final class WorkerActivity {
    /** Job lengths are counted in so many classes, each twice as long as the one before; the last takes all longer ones. */
    static final int LENGTH_CLASSES = 40;

    private static final VarHandle MOUNTS = FieldHandle.of(MethodHandles.lookup(), "mounts", long.class);
    private static final VarHandle SLEEPS = FieldHandle.of(MethodHandles.lookup(), "sleeps", long.class);
    private static final VarHandle PINS = FieldHandle.of(MethodHandles.lookup(), "pins", long.class);
    private static final VarHandle BUSY = FieldHandle.of(MethodHandles.lookup(), "busyNanos", long.class);
    private static final VarHandle MOUNTED_AT = FieldHandle.of(MethodHandles.lookup(), "mountedAt", long.class);
    private static final VarHandle LENGTH = MethodHandles.arrayElementVarHandle(long[].class);

    /** Events that wait for the end of a mount; more than these cost the recording that mount. */
    private static final int KEPT_EVENTS = 1024;

    private final ArrayList<Event> kept = new ArrayList<>();
    private final long[] lengths = new long[LENGTH_CLASSES];
    private volatile boolean watched;
    private volatile long mounts;
    private volatile long sleeps;
    private volatile long pins;
    private volatile long busyNanos;
    /** When the fiber was mounted that is carried now; zero if there is none, or nobody watched then. */
    private volatile long mountedAt;

    private Priority priority = Priority.NORMAL;
    private JobSource source = JobSource.OWN;

    /** Whether the times are taken too, from the next mount and the next job on. */
    void watch(boolean on) {
        watched = on;
    }

    void mount(LoopFiber fiber, Worker worker) {
        MOUNTS.setOpaque(this, mounts + 1);
        MountEvent event = FlightRecording.isPossible() ? MountEvent.begun(fiber) : null;
        long begun = now();
        MOUNTED_AT.setOpaque(this, begun);
        fiber.mount(worker);
        if (begun != 0) {
            MOUNTED_AT.setOpaque(this, 0L);
            BUSY.setOpaque(this, busyNanos + (System.nanoTime() - begun));
        }
        if (event != null) {
            event.ended();
        }
        commitKept();
    }

    /**
     * Commits an event once the fiber is unmounted. The first event that a carrier commits after one of the virtual thread it
     * carried is lost (seen on Java 25), and that would be the mount; so what a fiber tells often is committed by the carrier.
     */
    void commitLater(Event event) {
        if (kept.size() == KEPT_EVENTS) {
            commitKept();
        }
        kept.add(event);
    }

    private void commitKept() {
        if (!kept.isEmpty()) {
            kept.forEach(Event::commit);
            kept.clear();
        }
    }

    /** When a job begins: what {@link #jobEnded} is to be given; zero if nobody watches. */
    long now() {
        return watched ? System.nanoTime() | 1 : 0;
    }

    /** To be called on the worker on which the job has ended. */
    void jobEnded(long begun) {
        if (begun != 0) {
            long nanos = Math.max(1, System.nanoTime() - begun);
            int lengthClass = Math.min(LENGTH_CLASSES - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos));
            LENGTH.setOpaque(lengths, lengthClass, (long) LENGTH.getOpaque(lengths, lengthClass) + 1);
        }
    }

    void slept() {
        SLEEPS.setOpaque(this, sleeps + 1);
    }

    /** Told by whoever looks for pinned jobs, which is one thread. */
    void pinned() {
        PINS.setOpaque(this, pins + 1);
    }

    /** What the job is that was taken last; kept while a recording wants jobs. */
    void took(Priority taken, JobSource from) {
        if (FlightRecording.isPossible() && JobEvent.isOn()) {
            priority = taken;
            source = from;
        }
    }

    Priority priority() {
        return priority;
    }

    JobSource source() {
        return source;
    }

    long mounts() {
        return mounts;
    }

    long sleeps() {
        return sleeps;
    }

    long pins() {
        return pins;
    }

    /** How long fibers have been carried while somebody watched, the one carried now included. */
    long busyNanos(long now) {
        long busy = busyNanos;
        long since = mountedAt;
        return since == 0 ? busy : busy + Math.max(0, now - since);
    }

    List<Long> jobLengths() {
        List<Long> counts = new ArrayList<>(LENGTH_CLASSES);
        for (int i = 0; i < LENGTH_CLASSES; i++) {
            counts.add((long) LENGTH.getOpaque(lengths, i));
        }
        return List.copyOf(counts);
    }
}
