package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The participants of a ring within this process: threads that park. */
final class OneProcess implements Neighbours {
    private static final long THIS_PROCESS = 1;
    private static final int PARKED = 1;

    private final Object lock;
    private final Consumer<Ring> onRelease;
    private final AtomicReferenceArray<@Nullable Thread> senders;
    private final AtomicReferenceArray<@Nullable Thread> receivers;

    /**
     * Neighbours of one ring.
     *
     * @param lock under which rings are found and joined
     */
    OneProcess(RingShape shape, Object lock, Consumer<Ring> onRelease) {
        this.lock = lock;
        this.onRelease = onRelease;
        this.senders = new AtomicReferenceArray<>(shape.maxSenders());
        this.receivers = new AtomicReferenceArray<>(shape.maxReceivers());
    }

    @Override
    public long process() {
        return THIS_PROCESS;
    }

    @Override
    public boolean isAlive(long process) {
        return true;
    }

    @Override
    public void exclusively(Runnable change) {
        synchronized (lock) {
            change.run();
        }
    }

    private AtomicReferenceArray<@Nullable Thread> threads(Participant participant) {
        return participant.side() == Side.SENDER ? senders : receivers;
    }

    @Override
    public int prepare(Participant participant) {
        threads(participant).set(participant.index(), Thread.currentThread());
        return PARKED;
    }

    @Override
    public void sleep(Participant participant, int wakeWord, long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }

    @Override
    public void wake(Participant participant, int wakeWord) {
        Thread thread = threads(participant).get(participant.index());
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void alarm(Participant participant) {
        wake(participant, PARKED);
    }

    @Override
    public void left(Participant participant) {
        threads(participant).set(participant.index(), null);
    }

    @Override
    public void release(Ring ring) {
        onRelease.accept(ring);
    }

    @Override
    public void settle() {}

    /** No receiver dies without its sender here: nothing comes again, and a window would only cost time. */
    @Override
    public int window(int asked) {
        return ChannelOptions.MAX_WINDOW;
    }
}
