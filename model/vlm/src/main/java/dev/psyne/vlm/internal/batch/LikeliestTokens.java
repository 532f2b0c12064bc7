package dev.psyne.vlm.internal.batch;

import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.batch.ChosenToken.Alternative;
import java.util.ArrayList;
import java.util.List;

/** The probabilities told with a chosen token. */
final class LikeliestTokens {
    private LikeliestTokens() {}

    /**
     * The token of an id with its probability and {@code count} alternatives.
     *
     * @param logSum logarithm of the sum of the row's exponentials
     */
    static ChosenToken choice(Rows logits, int row, double logSum, int id, int count) {
        float[] values = logits.values();
        int from = logits.index(row);
        List<Alternative> alternatives = new ArrayList<>();
        float bound = Float.POSITIVE_INFINITY;
        int boundId = -1;
        for (int i = 0; i < count; i++) {
            int best = next(values, from, logits.width(), bound, boundId);
            if (best < 0) {
                break;
            }
            bound = values[from + best];
            boundId = best;
            alternatives.add(new Alternative(best, bound - logSum));
        }
        return new ChosenToken(id, values[from + id] - logSum, alternatives);
    }

    /** The likeliest id that comes after one of a logit; ids order where logits are equal. */
    private static int next(float[] values, int from, int count, float bound, int boundId) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            float value = values[from + i];
            boolean isAfter = value < bound || value == bound && i > boundId;
            if (isAfter && (best < 0 || value > values[from + best])) {
                best = i;
            }
        }
        return best;
    }
}
