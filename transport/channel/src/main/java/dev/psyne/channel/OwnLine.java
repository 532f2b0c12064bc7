package dev.psyne.channel;

/**
 * What one side of a ring changes with every message and keeps to itself, a few words. They stand in the middle of an array
 * of their own: as fields of objects made one after the other, the sender's and the receiver's would share a cache line.
 */
final class OwnLine {
    private static final int PAIR_OF_LINES = 128 / Long.BYTES;

    private final long[] words;

    OwnLine(int size) {
        this.words = new long[PAIR_OF_LINES + size + PAIR_OF_LINES];
    }

    long get(int word) {
        return words[PAIR_OF_LINES + word];
    }

    void set(int word, long value) {
        words[PAIR_OF_LINES + word] = value;
    }
}
