package dev.psyne.vlm.internal.batch;

import java.util.List;

/**
 * A token as the decoder chose it.
 *
 * @param id in the vocabulary
 * @param logProbability natural logarithm of its probability
 * @param likeliest ids and logarithms of the likeliest, if anybody asked for them
 */
public record ChosenToken(int id, double logProbability, List<Alternative> likeliest) {
    /** A token that could have been chosen. */
    public record Alternative(int id, double logProbability) {}
}
