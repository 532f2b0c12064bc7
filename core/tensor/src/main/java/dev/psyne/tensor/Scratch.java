package dev.psyne.tensor;

/** What one running job needs beside its operands; grows to the largest call and is used again. */
final class Scratch {
    private float[] panel = new float[0];
    private float[] scores = new float[0];
    private final float[] tile;

    Scratch(int tileFloats) {
        this.tile = new float[tileFloats];
    }

    /** Room for one panel of weights as floats. */
    float[] panel(int floats) {
        if (panel.length < floats) {
            panel = new float[floats];
        }
        return panel;
    }

    /** Room for one query's scores. */
    float[] scores(int floats) {
        if (scores.length < floats) {
            scores = new float[floats];
        }
        return scores;
    }

    /** The results of one tile. */
    float[] tile() {
        return tile;
    }
}
