package dev.psyne.vlm;

/**
 * One step of an answer.
 *
 * @param index counted from 0 within the answer
 * @param id in the vocabulary
 * @param text what it adds to the answer, with a leading space where one is needed; empty while a character or a
 *     possible stop text is incomplete
 * @param probability the model's calibrated probability of this token, 0 to 1
 */
public record Token(int index, int id, String text, double probability) {}
