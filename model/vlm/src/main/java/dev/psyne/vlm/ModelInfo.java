package dev.psyne.vlm;

import java.nio.file.Path;

/**
 * What a loaded model says of itself.
 *
 * @param name short name, as in a request
 * @param architecture what it is built like, as its files call it
 * @param description one sentence
 * @param knows one sentence on what it can be asked about
 * @param license SPDX identifier, or what the files say; empty if they say nothing
 * @param parameters number of weights
 * @param fileBytes size of the files of weights
 * @param weights how the weights are held, and what computes with them, for a person to read
 * @param sha256 hash of the file of weights in hexadecimal; empty if nobody computed it
 * @param contextTokens longest question and answer together
 * @param takesPictures whether it can be asked about pictures
 * @param imageSize edge in pixels of the square the model sees; 0 without pictures
 * @param questionPictures how many pictures of a question it looks at, at most: the last ones where there are more and it does
 *     not refuse them; 0 without pictures, and as long as it is not known
 * @param path where it was loaded from
 */
public record ModelInfo(
        String name,
        String architecture,
        String description,
        String knows,
        String license,
        long parameters,
        long fileBytes,
        String weights,
        String sha256,
        int contextTokens,
        boolean takesPictures,
        int imageSize,
        int questionPictures,
        Path path) {}
