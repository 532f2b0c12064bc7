package dev.psyne.vlm.internal.comparison;

import java.util.List;

/**
 * What a model says to a question about one picture.
 *
 * @param text the answer; not looked at if it is not sure
 * @param words of it, one for each token
 * @param confidence 0 to 1
 * @param sure whether the model is
 */
public record PictureReply(String text, List<String> words, double confidence, boolean sure) {
    /** Copies the words. */
    public PictureReply {
        words = List.copyOf(words);
    }
}
