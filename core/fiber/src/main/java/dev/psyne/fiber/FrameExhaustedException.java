package dev.psyne.fiber;

/** One worker's memory of a frame is used up. Nothing was changed; begin the next frame, ask for less, or raise the limit. */
public final class FrameExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FrameExhaustedException(long requestedBytes, long blockBytes, long heldBytes, long limitBytes, long frame) {
        super(requestedBytes + " bytes were asked for in frame " + frame + ", which need a further block of "
                + blockBytes
                + ", but this worker holds " + heldBytes
                + " of at most " + limitBytes + "; begin the next frame sooner or raise bytesPerWorker");
    }
}
