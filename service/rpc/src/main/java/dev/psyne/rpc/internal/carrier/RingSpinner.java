package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.DedicatedThread;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One thread that looks at all connections of a node all the time, and sleeps only while there are none. */
final class RingSpinner implements AutoCloseable {
    private final List<RingCarrier> carriers = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    private RingSpinner(Consumer<Throwable> failures) {
        this.thread = DedicatedThread.platform("psyne-rpc-ipc-spin", this::run, failures);
    }

    static RingSpinner start(Consumer<Throwable> failures) {
        RingSpinner spinner = new RingSpinner(failures);
        spinner.thread.start();
        return spinner;
    }

    void add(RingCarrier carrier) {
        carriers.add(carrier);
        LockSupport.unpark(thread);
    }

    /** Ends the thread when its connections have ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed || !carriers.isEmpty()) {
            if (carriers.isEmpty()) {
                LockSupport.park(this);
            }
            for (RingCarrier carrier : carriers) {
                if (!carrier.look()) {
                    carriers.remove(carrier);
                }
            }
            Thread.onSpinWait();
        }
    }
}
