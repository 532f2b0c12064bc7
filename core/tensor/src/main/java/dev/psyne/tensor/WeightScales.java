package dev.psyne.tensor;

/** How finely a layer's scales are kept: F32 factors beside the weights. */
public enum WeightScales {
    /** There are none. */
    NONE,
    /** One for each output. */
    PER_OUTPUT,
    /** One for each output and 32 inputs. */
    PER_GROUP
}
