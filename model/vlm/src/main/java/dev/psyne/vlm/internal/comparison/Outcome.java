package dev.psyne.vlm.internal.comparison;

/**
 * What several answers say together.
 *
 * @param text of the answer; ends with a sentence that says so where it is not sure
 * @param confidence the least of those of the answers it rests on, 0 to 1
 * @param sure whether all of those were
 */
public record Outcome(String text, double confidence, boolean sure) {}
