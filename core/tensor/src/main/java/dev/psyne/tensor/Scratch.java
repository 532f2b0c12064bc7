package dev.psyne.tensor;

/** What one running job needs beside its operands; grows to the largest call and is used again. */
final class Scratch {
    private float[] block = new float[0];
    private float[] scores = new float[0];
    private float[] sums = new float[0];
    private float[] rows = new float[0];

    /** Room for a block of weights as floats. */
    float[] block(int floats) {
        if (block.length < floats) {
            block = new float[floats];
        }
        return block;
    }

    /** Room for one query's scores. */
    float[] scores(int floats) {
        if (scores.length < floats) {
            scores = new float[floats];
        }
        return scores;
    }

    /** Room for the sums of a strip. */
    float[] sums(int floats) {
        if (sums.length < floats) {
            sums = new float[floats];
        }
        return sums;
    }

    /** Room for rows of activations. */
    float[] rows(int floats) {
        if (rows.length < floats) {
            rows = new float[floats];
        }
        return rows;
    }
}
