package dev.psyne.tensor;

/** A source of weights that are quantised already, one output after the other. */
@FunctionalInterface
public interface QuantizedRows {
    /**
     * Fills in the weights of one output.
     *
     * @param values as many as there are inputs; for I4 of -8 to 7
     * @param scales one, or one for every 32 inputs, the last for what is left
     */
    void read(int output, byte[] values, float[] scales);
}
