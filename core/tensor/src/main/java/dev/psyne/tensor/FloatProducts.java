package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Products of rows of floats with a panel of F32 weights, the innermost work of a linear layer and of a convolution: {@link
 * MachineProducts} where this machine can run it, {@link ScalarProducts} as the reference. Both add the products of an
 * output in the order of the inputs, each rounded once with its sum, so they give the same floats to the last bit.
 *
 * <p>Arrays and native memory are both taken. Nothing is checked: the caller has checked the sizes. A call allocates
 * nothing and keeps the JVM from a safepoint until it is back: give it work for some 100 microseconds at most.
 */
interface FloatProducts {
    /**
     * Adds the products of a block of inputs to the sums of some rows.
     *
     * @param input activations, of which the first row's block begins at {@code inputOffset} bytes
     * @param inputStride bytes from one row to the next
     * @param weights {@code [inputs][16]} floats from {@code weightsOffset} bytes on
     * @param sums {@code [rows][16]} floats
     */
    void multiplyF32(
            int rows,
            MemorySegment input,
            long inputOffset,
            long inputStride,
            MemorySegment weights,
            long weightsOffset,
            int inputs,
            MemorySegment sums);
}
