package dev.psyne.channel.internal.ipc;

import dev.psyne.platform.KernelLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * This process among those of the directory, and its one doorbell thread: it unparks fibers and virtual threads that sleep on
 * channels when another process rings for them, and looks a few times a second for processes that have died. A sleeper costs
 * the thread nothing until it is rung for.
 */
final class IpcProcess implements AutoCloseable {
    /** How often the doorbell thread looks for the dead, in nanoseconds: well within the second in which they are noticed. */
    private static final long LOOK_NANOS = 250_000_000;

    private final long id;
    private final Path file;
    private final KernelLock life;
    private final Bell bell;
    private final Processes others;
    private final Runnable onLost;
    private final AtomicReferenceArray<@Nullable Thread> sleepers = new AtomicReferenceArray<>(BellLayout.SLEEPERS);
    private final BitSet taken = new BitSet();
    private final Thread listener;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    /**
     * Appears in the directory and starts to listen.
     *
     * @param onLost called on the doorbell thread when processes are gone
     */
    IpcProcess(IpcDirectory directory, Runnable onLost) throws IOException {
        this.id = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        this.file = directory.process(id);
        this.onLost = onLost;
        Path unfinished = file.resolveSibling("." + Long.toHexString(id));
        this.bell = Bell.make(unfinished);
        this.life = KernelLock.open(unfinished);
        life.lock();
        bell.writeHeader(ProcessHandle.current().pid());
        // It appears locked: nobody can take it for dead.
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        this.others = new Processes(directory, id);
        this.listener = Thread.ofPlatform().daemon().name("psyne-doorbell").unstarted(this::listen);
    }

    void start() {
        listener.start();
    }

    long id() {
        return id;
    }

    boolean isAlive(long process) {
        return others.isAlive(process);
    }

    /** A number under which the bell can be rung for one sleeper. */
    synchronized int takeSleeper() {
        int free = taken.nextClearBit(0);
        if (free >= BellLayout.SLEEPERS) {
            throw new IllegalStateException("more than " + BellLayout.SLEEPERS + " ends of channels wait on fibers");
        }
        taken.set(free);
        return free;
    }

    synchronized void giveSleeperBack(int sleeper) {
        taken.clear(sleeper);
        sleepers.set(sleeper, null);
    }

    /** Says who is to be woken under a number. */
    void setSleeper(int sleeper, Thread thread) {
        RuntimeException reason = failure;
        if (reason != null) {
            throw new IllegalStateException("the doorbell thread has ended", reason);
        }
        sleepers.set(sleeper, thread);
    }

    /** Wakes a sleeper of any process. */
    void ring(long process, int sleeper) {
        if (process == id) {
            unpark(sleeper);
        } else {
            others.ring(process, sleeper);
        }
    }

    private void unpark(int sleeper) {
        if (sleeper >= 0 && sleeper < BellLayout.SLEEPERS) {
            Thread thread = sleepers.get(sleeper);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    private void listen() {
        try {
            long nextLook = System.nanoTime();
            while (!closed) {
                int counted = bell.count();
                bell.answer(this::unpark);
                long left = nextLook - System.nanoTime();
                if (left > 0) {
                    bell.await(counted, left);
                } else {
                    lookForLost();
                    nextLook = System.nanoTime() + LOOK_NANOS;
                }
            }
        } catch (RuntimeException reason) {
            failure = reason;
            for (int sleeper = 0; sleeper < BellLayout.SLEEPERS; sleeper++) {
                unpark(sleeper);
            }
            throw reason;
        }
    }

    private void lookForLost() {
        if (others.findLost()) {
            onLost.run();
        }
    }

    /** Disappears; its participants have left. */
    @Override
    public void close() {
        closed = true;
        bell.nudge();
        boolean interrupted = false;
        while (listener.isAlive()) {
            try {
                listener.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        others.removeDeadIfAlone();
        others.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            throw new java.io.UncheckedIOException(left);
        } finally {
            bell.close();
            life.close();
        }
    }
}
