package dev.psyne.vlm;

import java.util.List;

/**
 * How the tokens of an answer are chosen and when to stop. The same sampling gives the same answer to the same question
 * about the same picture, on the same variant of the kernels.
 *
 * @param temperature divides the logits; 0 takes the likeliest token
 * @param topP the smallest set of tokens that has this much probability is sampled from, above 0 to 1
 * @param seed of the random numbers
 * @param maxTokens at most so many tokens; the model's own limit holds as well
 * @param stop texts that end the answer before they appear in it
 */
public record Sampling(double temperature, double topP, long seed, int maxTokens, List<String> stop) {
    /** Most stop texts. */
    public static final int MAX_STOPS = 16;

    /** Longest stop text in characters. */
    public static final int MAX_STOP_CHARACTERS = 256;

    public Sampling {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must be 0 to 100, not " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1, not " + topP);
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be 1 or more, not " + maxTokens);
        }
        stop = List.copyOf(stop);
        if (stop.size() > MAX_STOPS) {
            throw new IllegalArgumentException("at most " + MAX_STOPS + " stop texts, not " + stop.size());
        }
        for (String text : stop) {
            if (text.isEmpty() || text.length() > MAX_STOP_CHARACTERS) {
                throw new IllegalArgumentException(
                        "a stop text has 1 to " + MAX_STOP_CHARACTERS + " characters, not " + text.length());
            }
        }
    }

    /** Always the likeliest token, the one with the lowest id if several are. */
    public static Sampling greedy() {
        return new Sampling(0, 1, 0, Integer.MAX_VALUE, List.of());
    }

    /** Nucleus sampling (Holtzman et al., 2019). */
    public static Sampling topP(double temperature, double topP, long seed) {
        return new Sampling(temperature, topP, seed, Integer.MAX_VALUE, List.of());
    }

    /** The same, with a limit of tokens. */
    public Sampling withMaxTokens(int tokens) {
        return new Sampling(temperature, topP, seed, tokens, stop);
    }

    /** The same, with other stop texts. */
    public Sampling withStop(List<String> texts) {
        return new Sampling(temperature, topP, seed, maxTokens, texts);
    }
}
