package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.DedicatedThread;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One thread that looks at all connections of a node all the time, and sleeps only while there are none. */
final class RingSpinner implements AutoCloseable {
    private final Object adding = new Object();
    private final Thread thread;
    private final Consumer<Throwable> failures;
    private volatile RingCarrier[] carriers = {};
    private volatile boolean closed;

    private RingSpinner(Consumer<Throwable> failures) {
        this.failures = failures;
        this.thread = DedicatedThread.platform("psyne-rpc-ipc-spin", this::run, failures);
    }

    static RingSpinner start(Consumer<Throwable> failures) {
        RingSpinner spinner = new RingSpinner(failures);
        spinner.thread.start();
        return spinner;
    }

    void add(RingCarrier carrier) {
        synchronized (adding) {
            RingCarrier[] more = Arrays.copyOf(carriers, carriers.length + 1);
            more[more.length - 1] = carrier;
            carriers = more;
        }
        LockSupport.unpark(thread);
    }

    private void remove(RingCarrier carrier) {
        synchronized (adding) {
            carriers = Arrays.stream(carriers).filter(each -> each != carrier).toArray(RingCarrier[]::new);
        }
    }

    /** Ends the thread when its connections have ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** What goes wrong with one connection is told, and the others go on. */
    private boolean goesOn(RingCarrier carrier) {
        try {
            return carrier.look();
        } catch (RuntimeException | Error failure) {
            failures.accept(failure);
            return false;
        }
    }

    private void run() {
        while (!closed || carriers.length != 0) {
            RingCarrier[] all = carriers;
            if (all.length == 0) {
                LockSupport.park(this);
            }
            for (RingCarrier carrier : all) {
                if (!goesOn(carrier)) {
                    remove(carrier);
                }
            }
            Thread.onSpinWait();
        }
    }
}
