package dev.psyne.vlm;

import java.util.List;

/**
 * How the tokens of an answer are chosen and when to stop. The same sampling gives the same answer to the same question
 * about the same picture, on the same variant of the kernels and in the same company: what is computed together is summed
 * in another order.
 *
 * <p>The logits are divided by the temperature; of the tokens, the likeliest {@code topK} stay, of these those that have
 * at least {@code minP} times the probability of the likeliest, of these the fewest that have {@code topP} of the
 * probability together.
 *
 * @param temperature divides the logits; 0 takes the likeliest token
 * @param topK so many tokens are sampled from; {@value #ALL_TOKENS} for all
 * @param topP nucleus sampling (Holtzman et al., 2019), above 0 to 1
 * @param minP least probability relative to the likeliest (Nguyen et al., 2024), 0 to 1
 * @param seed of the random numbers
 * @param maxTokens at most so many tokens; the model's own limit holds as well
 * @param stop texts that end the answer before they appear in it
 * @param likeliest so many alternatives are told with each token
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        long seed,
        int maxTokens,
        List<String> stop,
        int likeliest) {
    /** Stands for no limit of {@link #topK}. */
    public static final int ALL_TOKENS = 0;

    /** Most stop texts. */
    public static final int MAX_STOPS = 16;

    /** Longest stop text in characters. */
    public static final int MAX_STOP_CHARACTERS = 256;

    /** Most alternatives told with a token. */
    public static final int MAX_LIKELIEST = 20;

    /** Checks the ranges. */
    public Sampling {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must be 0 to 100, not " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1, not " + topP);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must be 1 or more, or 0 for all, not " + topK);
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("minP must be 0 to 1, not " + minP);
        }
        if (likeliest < 0 || likeliest > MAX_LIKELIEST) {
            throw new IllegalArgumentException("likeliest must be 0 to " + MAX_LIKELIEST + ", not " + likeliest);
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
        return new Sampling(0, ALL_TOKENS, 1, 0, 0, Integer.MAX_VALUE, List.of(), 0);
    }

    /** Samples with a temperature from a nucleus. */
    public static Sampling topP(double temperature, double topP, long seed) {
        return new Sampling(temperature, ALL_TOKENS, topP, 0, seed, Integer.MAX_VALUE, List.of(), 0);
    }

    /** The same, from at most so many tokens. */
    public Sampling withTopK(int tokens) {
        return new Sampling(temperature, tokens, topP, minP, seed, maxTokens, stop, likeliest);
    }

    /** The same, from tokens that have so much of the likeliest one's probability. */
    public Sampling withMinP(double least) {
        return new Sampling(temperature, topK, topP, least, seed, maxTokens, stop, likeliest);
    }

    /** The same, with a limit of tokens. */
    public Sampling withMaxTokens(int tokens) {
        return new Sampling(temperature, topK, topP, minP, seed, tokens, stop, likeliest);
    }

    /** The same, with other stop texts. */
    public Sampling withStop(List<String> texts) {
        return new Sampling(temperature, topK, topP, minP, seed, maxTokens, texts, likeliest);
    }

    /** The same, with so many alternatives told. */
    public Sampling withLikeliest(int count) {
        return new Sampling(temperature, topK, topP, minP, seed, maxTokens, stop, count);
    }
}
