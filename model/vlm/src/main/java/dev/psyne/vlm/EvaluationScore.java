package dev.psyne.vlm;

import java.util.OptionalDouble;

/**
 * A score beside what takes no model and what takes no picture. All are in percent, over the questions that were answered.
 *
 * @param questions how many were answered
 * @param score of the model
 * @param majority of always giving the commonest answer of the question's type
 * @param constant of always giving the commonest answer of all
 * @param blindQuestions how many were also asked about the picture of another question
 * @param blind of the model over those; empty if there are none
 */
public record EvaluationScore(
        long questions, double score, double majority, double constant, long blindQuestions, OptionalDouble blind) {}
