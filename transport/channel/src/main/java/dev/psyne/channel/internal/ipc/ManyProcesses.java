package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.internal.ring.Neighbours;
import dev.psyne.channel.internal.ring.Participant;
import dev.psyne.channel.internal.ring.Ring;
import dev.psyne.platform.Futex;
import dev.psyne.platform.KernelLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Participants in several processes. A platform thread sleeps on the wake word in its own participant, one system call away
 * from whoever wakes it; a fiber or virtual thread parks and has the doorbell thread unpark it, so that no futex pins a
 * carrier.
 */
final class ManyProcesses implements Neighbours {
    private static final int ON_FUTEX = 1;
    private static final int ON_BELL = 2;

    private final IpcProcess process;
    private final KernelLock directoryLock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Consumer<Ring> onRelease;
    private final Runnable onSettle;

    ManyProcesses(IpcProcess process, KernelLock directoryLock, Consumer<Ring> onRelease, Runnable onSettle) {
        this.process = process;
        this.directoryLock = directoryLock;
        this.onRelease = onRelease;
        this.onSettle = onSettle;
    }

    @Override
    public long process() {
        return process.id();
    }

    @Override
    public boolean reachOtherProcesses() {
        return true;
    }

    @Override
    public boolean isAlive(long other) {
        return process.isAlive(other);
    }

    @Override
    public void exclusively(Runnable change) {
        lock.lock();
        try {
            if (lock.getHoldCount() > 1) {
                change.run();
            } else {
                exclusivelyAmongProcesses(change);
            }
        } finally {
            lock.unlock();
        }
    }

    private void exclusivelyAmongProcesses(Runnable change) {
        try {
            directoryLock.lock();
            try {
                change.run();
            } finally {
                directoryLock.unlock();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public int prepare(Participant participant) {
        Thread current = Thread.currentThread();
        if (!current.isVirtual()) {
            return ON_FUTEX;
        }
        if (!participant.hasBell()) {
            participant.takeBell(process.takeSleeper());
        }
        process.setSleeper(participant.bell(), current);
        return ON_BELL;
    }

    @Override
    public void sleep(Participant participant, int wakeWord, long nanos) throws InterruptedException {
        if (wakeWord == ON_BELL) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
            return;
        }
        long word = participant.wakeWordAddress();
        new InterruptibleSleep(() -> {
                    participant.takeWakeWord();
                    Futex.wake(word, 1);
                })
                .run(() -> Futex.await(word, wakeWord, nanos));
    }

    @Override
    public void wake(Participant participant, int wakeWord) {
        if (wakeWord == ON_BELL) {
            process.ring(participant.process(), participant.bellIndex());
        } else {
            Futex.wake(participant.wakeWordAddress(), 1);
        }
    }

    @Override
    public void alarm(Participant participant) {
        participant.takeWakeWord();
        Futex.wake(participant.wakeWordAddress(), 1);
        process.ring(participant.process(), participant.bellIndex());
    }

    @Override
    public void left(Participant participant) {
        if (participant.hasBell()) {
            process.giveSleeperBack(participant.giveBellBack());
        }
    }

    @Override
    public void release(Ring ring) {
        onRelease.accept(ring);
    }

    @Override
    public void settle() {
        onSettle.run();
    }
}
