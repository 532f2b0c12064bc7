package dev.psyne.vlm;

/**
 * How far a model has been loaded.
 *
 * @param doneBytes of its tensors that were read, and packed where they had to be
 * @param totalBytes of all its tensors
 */
public record LoadProgress(long doneBytes, long totalBytes) {
    private static final int ALL = 100;

    /** Checks the sizes. */
    public LoadProgress {
        if (doneBytes < 0 || totalBytes < doneBytes) {
            throw new IllegalArgumentException(doneBytes + " bytes of " + totalBytes + " cannot have been read");
        }
    }

    /** Whole percent, 100 only when all of it is there. */
    public int percent() {
        return doneBytes == totalBytes ? ALL : (int) Math.min(ALL - 1, (double) ALL * doneBytes / totalBytes);
    }
}
