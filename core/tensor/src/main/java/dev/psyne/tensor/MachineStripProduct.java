package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;

/** By machine code: F32 and BF16 weights where they lie, others widened first. */
final class MachineStripProduct implements StripProduct {
    private static final int WIDTH = LinearLayout.PANEL_OUTPUTS;
    private static final long WIDTH_BYTES = (long) WIDTH * Float.BYTES;

    private final FloatProducts products;
    private final Linear weights;
    private final WeightWidening widening;
    private final Operand input;
    private final MemorySegment values;

    MachineStripProduct(FloatProducts products, Linear weights, Operand input) {
        this.products = products;
        this.weights = weights;
        this.widening = new WeightWidening(weights, WIDTH);
        this.input = input;
        this.values = MemorySegment.ofArray(input.values());
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int sumRows(int count) {
        return count;
    }

    @Override
    public void multiply(
            int firstOutput,
            int firstInput,
            int length,
            boolean isWidened,
            int source,
            int count,
            Scratch scratch,
            float[] sums) {
        WeightType type = weights.layout().type();
        MemorySegment from = weights.segment();
        long offset = weights.layout().weightOffset(firstOutput, firstInput);
        if (!FloatProducts.has(type)) {
            int inputs = input.runs() * length;
            from = MemorySegment.ofArray(widening.block(scratch, firstOutput, firstInput, inputs, isWidened));
            offset = 0;
            type = WeightType.F32;
        }
        long line = type == WeightType.BF16 ? WIDTH_BYTES / 2 : WIDTH_BYTES;
        MemorySegment results = MemorySegment.ofArray(sums);
        long stride = (long) Float.BYTES * input.rowStride();
        for (int run = 0; run < input.runs(); run++) {
            long begin = (long) Float.BYTES * (source + run * input.jump());
            products.multiplyFloats(
                    type, count, values, begin, stride, from, offset, line, length, results, 0, WIDTH_BYTES);
            offset += line * length;
        }
    }
}
