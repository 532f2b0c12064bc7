package dev.psyne.tensor;

/** A source of weights as floats, one output after the other. */
@FunctionalInterface
public interface FloatRows {
    /** Fills {@code row}, as long as there are inputs, with the weights of one output. */
    void read(int output, float[] row);
}
