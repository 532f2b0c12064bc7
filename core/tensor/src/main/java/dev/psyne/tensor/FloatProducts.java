package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Products of rows of floats with a panel of weights, the innermost work of linear layers, convolutions and attention: {@link
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
     * @param type of the weights, F32 or BF16
     * @param input activations, of which the first row's block begins at {@code inputOffset} bytes
     * @param inputStride bytes from one row to the next
     * @param weights 16 of each input, the first from {@code weightsOffset} bytes on
     * @param weightsStride bytes from one input's to the next
     * @param sums 16 floats of each row, the first from {@code sumsOffset} bytes on
     * @param sumsStride bytes from one row's to the next
     */
    void multiplyFloats(
            WeightType type,
            int rows,
            MemorySegment input,
            long inputOffset,
            long inputStride,
            MemorySegment weights,
            long weightsOffset,
            long weightsStride,
            int inputs,
            MemorySegment sums,
            long sumsOffset,
            long sumsStride);

    /** Whether there are products with weights of a type. */
    static boolean has(WeightType type) {
        return type == WeightType.F32 || type == WeightType.BF16;
    }
}
