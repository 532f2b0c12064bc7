package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RingLayout.OPEN;

/**
 * One participant of a ring, by address. It reads what another process wrote: nothing of it is trusted, and it is only
 * usable while the ring is.
 */
public final class Participant {
    private static final int NO_BELL = -1;

    private final Side side;
    private final int index;
    private final long address;
    private int bell = NO_BELL;

    Participant(Side side, int index, long address) {
        this.side = side;
        this.index = index;
        this.address = address;
    }

    /** Which side it is on. */
    public Side side() {
        return side;
    }

    /** Its number on its side, from 0. */
    public int index() {
        return index;
    }

    /** Its bit in the side's mask of sleepers. */
    long bit() {
        return 1L << index;
    }

    /** Where it stands. */
    long address() {
        return address;
    }

    /** Address of the word it sleeps on. */
    public long wakeWordAddress() {
        return address + RingLayout.WAKE_WORD;
    }

    /** Takes the wake word away and answers what it was. */
    public int takeWakeWord() {
        return RingMemory.getAndSetInt(wakeWordAddress(), 0);
    }

    void setWakeWord(int word) {
        RingMemory.putInt(wakeWordAddress(), word);
    }

    /** Which process it is of. */
    public long process() {
        return RingMemory.getAcquire(address + RingLayout.PROCESS);
    }

    /** The number of its bell in its process. */
    public int bellIndex() {
        return RingMemory.getInt(address + RingLayout.BELL_INDEX);
    }

    /** Whether this process has given it a bell. */
    public boolean hasBell() {
        return bell != NO_BELL;
    }

    /** The bell this process has given it. */
    public int bell() {
        return bell;
    }

    /** Gives it a bell, and says so to who may ring. */
    public void takeBell(int number) {
        bell = number;
        RingMemory.putInt(address + RingLayout.BELL_INDEX, number);
    }

    /** Takes its bell away and answers it. */
    public int giveBellBack() {
        int number = bell;
        bell = NO_BELL;
        return number;
    }

    boolean isOpen() {
        return RingMemory.getInt(address + RingLayout.STATE) == OPEN;
    }

    long processNumber() {
        return RingMemory.getAcquire(address + RingLayout.PROCESS_NUMBER);
    }

    long position() {
        return RingMemory.getAcquire(address + RingLayout.POSITION);
    }

    /** Takes the place: everything first, the state last. */
    void open(long process, long processNumber, long nowMillis) {
        for (long word = 0; word < RingLayout.OWN_BYTES; word += Long.BYTES) {
            RingMemory.put(address + RingLayout.POSITION + word, 0);
        }
        RingMemory.putInt(wakeWordAddress(), 0);
        RingMemory.putInt(address + RingLayout.BELL_INDEX, NO_BELL);
        RingMemory.putRelease(address + RingLayout.PROCESS, process);
        RingMemory.putRelease(address + RingLayout.PROCESS_NUMBER, processNumber);
        RingMemory.putRelease(address + RingLayout.JOINED_AT_MILLIS, nowMillis);
        RingMemory.addInt(address + RingLayout.GENERATION, 1);
        RingMemory.putInt(address + RingLayout.STATE, OPEN);
    }

    /** Adds its figures to those of the participants that are gone, whose place is given. */
    void addFigures(long departed) {
        for (int figure = 0; figure < RingLayout.FIGURES; figure++) {
            long offset = (long) figure * Long.BYTES;
            long own = RingMemory.getAcquire(address + RingLayout.MESSAGES + offset);
            long sum = RingMemory.getAcquire(departed + offset);
            boolean isMaximum = figure == RingLayout.FIGURES - 1;
            RingMemory.putRelease(departed + offset, isMaximum ? Math.max(sum, own) : sum + own);
            RingMemory.putRelease(address + RingLayout.MESSAGES + offset, 0);
        }
    }

    void free() {
        RingMemory.putInt(address + RingLayout.STATE, RingLayout.FREE);
    }
}
