package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.memory.Region;
import java.util.HashSet;
import java.util.Set;

/** A ring between processes that all live in this one, and die when told. Who joins does so for the process set last. */
final class Mortals implements Neighbours {
    private final Object lock = new Object();
    private final Set<Long> dead = new HashSet<>();
    private final OneProcess threads;
    private final Ring ring;
    private long process = 1;

    Mortals(ChannelOptions options) {
        RingShape shape = RingShape.of(options);
        Region region = Region.anonymous(shape.regionBytes(), RingLayout.PAGE);
        shape.write(region.segment(), 0);
        this.threads = new OneProcess(shape, lock, gone -> {});
        this.ring = new Ring("mem:mortal", shape, region, this);
    }

    Ring ring() {
        return ring;
    }

    /** From now on, who joins is of that process. */
    void as(long number) {
        synchronized (lock) {
            process = number;
        }
    }

    /** Ends a process, and has the others notice. */
    void kill(long number) {
        synchronized (lock) {
            dead.add(number);
            ring.buryLost();
        }
    }

    @Override
    public long process() {
        return process;
    }

    @Override
    public boolean isAlive(long number) {
        return !dead.contains(number);
    }

    @Override
    public void exclusively(Runnable change) {
        threads.exclusively(change);
    }

    @Override
    public int prepare(Participant participant) {
        return threads.prepare(participant);
    }

    @Override
    public void sleep(Participant participant, int wakeWord, long nanos) {
        threads.sleep(participant, wakeWord, nanos);
    }

    @Override
    public void wake(Participant participant, int wakeWord) {
        threads.wake(participant, wakeWord);
    }

    @Override
    public void alarm(Participant participant) {
        threads.alarm(participant);
    }

    @Override
    public void left(Participant participant) {
        threads.left(participant);
    }

    @Override
    public void release(Ring unused) {}

    @Override
    public void settle() {}
}
