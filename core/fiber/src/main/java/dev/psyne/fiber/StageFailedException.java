package dev.psyne.fiber;

/**
 * A {@link StagedPipeline} ended at an item that failed; {@link #getCause()} is what was thrown. All items before it have
 * gone through every stage, none after it has gone through a stage in order from the failed one on.
 */
public final class StageFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long item;
    private final int stage;

    StageFailedException(long item, int stage, Throwable cause) {
        super(
                (stage == 0 ? "the source failed before item " + item : "item " + item + " failed in stage " + stage)
                        + ": " + cause,
                cause);
        this.item = item;
        this.stage = stage;
    }

    /** The index of the item, from zero in the order of the source. */
    public long item() {
        return item;
    }

    /** The stage that failed: 0 is the source, 1 the first stage, and the sink comes after the last. */
    public int stage() {
        return stage;
    }
}
