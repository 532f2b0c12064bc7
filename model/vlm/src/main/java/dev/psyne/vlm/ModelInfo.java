package dev.psyne.vlm;

import java.nio.file.Path;

/**
 * What a loaded model says of itself.
 *
 * @param name short name, as in a request
 * @param version of the file format
 * @param description one sentence
 * @param knows one sentence on what it can be asked about
 * @param license SPDX identifier
 * @param parameters number of weights
 * @param fileBytes size of the file of weights
 * @param sha256 hash of the file of weights in hexadecimal, verified unless the options said otherwise
 * @param questionTokens longest question
 * @param imageSize edge in pixels of the square the model sees
 * @param directory where it was loaded from
 */
public record ModelInfo(
        String name,
        int version,
        String description,
        String knows,
        String license,
        long parameters,
        long fileBytes,
        String sha256,
        int questionTokens,
        int imageSize,
        Path directory) {}
