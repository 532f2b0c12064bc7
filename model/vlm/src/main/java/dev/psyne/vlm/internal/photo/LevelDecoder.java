package dev.psyne.vlm.internal.photo;

import dev.psyne.tensor.FeatureMap;
import java.util.List;

/**
 * Finds the cells of a level that may show a thing (Generalized Focal Loss, Li et al., 2020): a cell holds a logit for each
 * name, then for each side of the box, left, top, right and bottom, logits of its distance from the cell's centre in steps of
 * a stride, whose expectation is taken.
 */
final class LevelDecoder {
    /** A box thinner than this many pixels of the square is none. */
    private static final float LEAST_EDGE = 1;

    private final int names;
    private final int bins;
    private final double leastLogit;

    LevelDecoder(PhotoConfiguration configuration) {
        this.names = configuration.names().size();
        this.bins = configuration.bins();
        double score = configuration.decode().score();
        this.leastLogit = Math.log(score / (1 - score));
    }

    /** Adds what is in a level. */
    void decode(FeatureMap level, int stride, PhotoFrame frame, List<Candidate> candidates) {
        for (int y = 0; y < level.height(); y++) {
            for (int x = 0; x < level.width(); x++) {
                int cell = level.index(y, x);
                int best = likeliest(level.values(), cell);
                if (level.values()[cell + best] >= leastLogit) {
                    float[] edges = edges(level.values(), cell + names, (x + 0.5) * stride, (y + 0.5) * stride, stride);
                    clip(edges, frame);
                    Candidate candidate = candidate(level.values(), cell, best, edges);
                    if (candidate.width() >= LEAST_EDGE && candidate.height() >= LEAST_EDGE) {
                        candidates.add(candidate);
                    }
                }
            }
        }
    }

    private int likeliest(float[] values, int from) {
        int best = 0;
        for (int i = 1; i < names; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }

    private Candidate candidate(float[] values, int from, int best, float[] edges) {
        float[] chances = new float[names];
        for (int i = 0; i < names; i++) {
            chances[i] = (float) (1 / (1 + Math.exp(-values[from + i])));
        }
        return new Candidate(best, chances[best], chances, edges);
    }

    private float[] edges(float[] values, int from, double centreX, double centreY, int stride) {
        return new float[] {
            (float) (centreX - stride * expectation(values, from)),
            (float) (centreY - stride * expectation(values, from + bins)),
            (float) (centreX + stride * expectation(values, from + 2 * bins)),
            (float) (centreY + stride * expectation(values, from + 3 * bins))
        };
    }

    private double expectation(float[] values, int from) {
        double largest = values[from];
        for (int i = 1; i < bins; i++) {
            largest = Math.max(largest, values[from + i]);
        }
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < bins; i++) {
            double power = Math.exp(values[from + i] - largest);
            sum += power;
            weighted += i * power;
        }
        return weighted / sum;
    }

    private static void clip(float[] edges, PhotoFrame frame) {
        edges[0] = Math.clamp(edges[0] - frame.left(), 0, frame.width());
        edges[1] = Math.clamp(edges[1] - frame.top(), 0, frame.height());
        edges[2] = Math.clamp(edges[2] - frame.left(), 0, frame.width());
        edges[3] = Math.clamp(edges[3] - frame.top(), 0, frame.height());
    }
}
