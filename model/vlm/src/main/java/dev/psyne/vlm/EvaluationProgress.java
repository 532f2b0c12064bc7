package dev.psyne.vlm;

/**
 * How far an evaluation is.
 *
 * @param done questions answered, those of an earlier run and blind ones counted too
 * @param total questions to be answered
 * @param score of the model over those answered so far, in percent
 */
public record EvaluationProgress(long done, long total, double score) {}
