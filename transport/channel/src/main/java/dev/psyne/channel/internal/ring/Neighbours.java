package dev.psyne.channel.internal.ring;

/** Who else may be at a ring, and how its participants sleep and are woken: within a process, or between processes. */
public interface Neighbours {
    /** What this process is called in the participants it joins; never 0. */
    long process();

    /** Whether participants of other processes may be at the ring. */
    default boolean reachOtherProcesses() {
        return false;
    }

    /** Whether the process of a participant lives. */
    boolean isAlive(long process);

    /** Runs a change of the participants, excluding every other one, in whichever process. */
    void exclusively(Runnable change);

    /** Prepares to sleep: what is to stand in the wake word while the participant sleeps. */
    int prepare(Participant participant);

    /**
     * Sleeps while the wake word stands, at most that long; may return for no reason.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void sleep(Participant participant, int wakeWord, long nanos) throws InterruptedException;

    /** Wakes a participant whose wake word was the one given and has been taken away. */
    void wake(Participant participant, int wakeWord);

    /** Wakes a participant that may sleep, whatever its wake word says: after a death nobody knows who was to wake it. */
    void alarm(Participant participant);

    /** A participant of this process has left. */
    void left(Participant participant);

    /** The ring's last end in this process has left. */
    void release(Ring ring);

    /** An end has left and holds nothing any more. */
    void settle();

    /** After how many messages a receiver gives room back at the latest, where a window is asked for. */
    default int window(int asked) {
        return asked;
    }
}
