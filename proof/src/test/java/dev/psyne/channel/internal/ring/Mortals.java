package dev.psyne.channel.internal.ring;

/** Neighbours of whom everybody but this process is dead. Nobody sleeps. */
final class Mortals implements Neighbours {
    static final long LIVING = 7;
    static final long DEAD = 13;

    @Override
    public long process() {
        return LIVING;
    }

    @Override
    public boolean isAlive(long process) {
        return process == LIVING;
    }

    @Override
    public void exclusively(Runnable change) {
        change.run();
    }

    @Override
    public int prepare(Participant participant) {
        return 1;
    }

    @Override
    public void sleep(Participant participant, int wakeWord, long nanos) {
        throw new AssertionError("sleeps, though nobody has patience");
    }

    @Override
    public void wake(Participant participant, int wakeWord) {}

    @Override
    public void alarm(Participant participant) {}

    @Override
    public void left(Participant participant) {}

    @Override
    public void release(Ring ring) {}

    @Override
    public void settle() {}
}
