package dev.psyne.vlm.internal.comparison;

import java.util.concurrent.CancellationException;

/** Some pictures that can be asked about one by one. */
@FunctionalInterface
public interface PicturesAsked {
    /**
     * Asks about one.
     *
     * @param picture counted from 0
     * @throws CancellationException if nobody wants the answer any more
     */
    PictureReply ask(int picture, String question);
}
