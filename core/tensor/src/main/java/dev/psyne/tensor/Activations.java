package dev.psyne.tensor;

/** What a product with I8 or I4 weights computes with. */
public enum Activations {
    /** The activations as they are: the weights alone are approximated. */
    FLOAT,
    /**
     * Activations quantised as they come, a row at a time, to signed bytes of -127 to 127: with one scale for a row where
     * the weights have one for an output, else with one for every 32 inputs. The products are then sums of whole numbers.
     */
    QUANTIZED
}
