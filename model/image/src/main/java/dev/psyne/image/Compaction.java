package dev.psyne.image;

/** Moves the parts of a file that are kept to its front, in place and in order. */
final class Compaction {
    private final byte[] file;
    private int length;

    /**
     * Starts with the first bytes kept.
     *
     * @param length how many bytes at the front stay as they are
     */
    Compaction(byte[] file, int length) {
        this.file = file;
        this.length = length;
    }

    /** Keeps {@code from} (included) to {@code to} (excluded), which must not lie before what is kept already. */
    void keep(int from, int to) {
        if (from != length) {
            System.arraycopy(file, from, file, length, to - from);
        }
        length += to - from;
    }

    int length() {
        return length;
    }
}
