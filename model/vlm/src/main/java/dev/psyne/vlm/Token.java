package dev.psyne.vlm;

import java.util.List;

/**
 * One step of an answer.
 *
 * @param index counted from 0 within the answer
 * @param id in the vocabulary
 * @param text what it adds to the answer, with a leading space where one is needed; empty while a character or a
 *     possible stop text is incomplete
 * @param probability the model's probability of this token, 0 to 1
 * @param likeliest the likeliest tokens at this place, as many as the {@link Sampling} asks for, the likeliest first
 */
public record Token(int index, int id, String text, double probability, List<TokenChoice> likeliest) {
    /** A token whose alternatives nobody asked for. */
    public Token(int index, int id, String text, double probability) {
        this(index, id, text, probability, List.of());
    }
}
