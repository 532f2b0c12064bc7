package dev.psyne.vlm;

/**
 * How the weights of a model's products are held. Normalisations, biases and the windows of convolutions are F32 in any
 * case; rows of embeddings are read from the file as they are.
 */
public enum WeightPrecision {
    /**
     * As the file has them: F32, F16 and BF16 stay what they are; Q8_0, Q5_0 and Q4_0 keep their whole numbers and the
     * file's scales of 32 inputs; Q4_K and Q6_K, which no kernel reads, are widened to F16.
     */
    AS_STORED,
    /**
     * Eight bits and one scale for each output, computed with activations quantised as they come. Weights the file has in
     * eight bits or fewer already keep its scales.
     */
    INT8,
    /** Four bits and one scale for each output and 32 inputs, computed with activations quantised as they come. */
    INT4
}
