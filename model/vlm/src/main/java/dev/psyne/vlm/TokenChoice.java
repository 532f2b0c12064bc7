package dev.psyne.vlm;

/**
 * A token that could have been chosen.
 *
 * @param id in the vocabulary
 * @param text what it stands for
 * @param logProbability natural logarithm of its probability
 */
public record TokenChoice(int id, String text, double logProbability) {}
