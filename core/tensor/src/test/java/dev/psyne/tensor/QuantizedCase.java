package dev.psyne.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;

/** Random activations and weights of one shape, packed as the products want them, and the same ones plain. */
final class QuantizedCase {
    private static final int LINE_BYTES = 64;

    final int rows;
    final int inputs;
    final int panels;
    final int[][] weights;
    final float[][] scales;
    final float[][] values;
    final MemorySegment plain;
    final MemorySegment bytes;
    final MemorySegment nibbles;
    final MemorySegment outputScales;
    final MemorySegment groupScales;
    final MemorySegment activations;
    final MemorySegment output;
    final MemorySegment negatives;

    /**
     * Draws a case.
     *
     * @param bits of a weight, 4 or 8: 4 bits fill {@link #nibbles} too
     */
    QuantizedCase(Arena arena, Random random, int rows, int inputs, int panels, int bits) {
        this.rows = rows;
        this.inputs = inputs;
        this.panels = panels;
        int outputs = panels * QuantizedProducts.PANEL_OUTPUTS;
        weights = new int[outputs][inputs];
        scales = new float[outputs][inputs / QuantizedRow.GROUP_INPUTS];
        values = new float[rows][inputs];
        plain = arena.allocate(4L * inputs, LINE_BYTES);
        bytes = arena.allocate((long) outputs * inputs, LINE_BYTES);
        nibbles = arena.allocate((long) outputs * inputs / 2, LINE_BYTES);
        outputScales = arena.allocate(4L * outputs, LINE_BYTES);
        groupScales = arena.allocate(4L * outputs * inputs / QuantizedRow.GROUP_INPUTS, LINE_BYTES);
        activations = arena.allocate(rows * stride() + LINE_BYTES, LINE_BYTES);
        negatives = arena.allocate(groupScales.byteSize() + LINE_BYTES, LINE_BYTES);
        output = arena.allocate(rows * outputStride() + LINE_BYTES, LINE_BYTES);
        drawWeights(random, bits);
        drawValues(random);
    }

    private void drawWeights(Random random, int bits) {
        int bound = 1 << bits;
        for (int output = 0; output < weights.length; output++) {
            for (int input = 0; input < inputs; input++) {
                int weight = extreme(random) ? -bound / 2 : random.nextInt(bound) - bound / 2;
                weights[output][input] = weight;
                packByte(output, input, weight);
                if (bits == 4) {
                    packNibble(output, input, weight);
                }
            }
            for (int group = 0; group < scales[output].length; group++) {
                scales[output][group] = random.nextFloat() / bound;
                int panel = output / 16;
                groupScales.setAtIndex(
                        ValueLayout.JAVA_FLOAT,
                        (panel * scales[output].length + group) * 16L + output % 16,
                        scales[output][group]);
            }
            outputScales.setAtIndex(ValueLayout.JAVA_FLOAT, output, scales[output][0]);
        }
    }

    private void packByte(int output, int input, int weight) {
        long quad = (long) (output / 16) * (inputs / 4) + input / 4;
        bytes.set(ValueLayout.JAVA_BYTE, (quad * 16 + output % 16) * 4 + input % 4, (byte) weight);
    }

    private void packNibble(int output, int input, int weight) {
        long octet = (long) (output / 16) * (inputs / 8) + input / 8;
        long at = (octet * 16 + output % 16) * 4 + input % 4;
        int nibble = weight + QuantizedProducts.I4_OFFSET << (input % 8 / 4 * 4);
        nibbles.set(ValueLayout.JAVA_BYTE, at, (byte) (nibbles.get(ValueLayout.JAVA_BYTE, at) | nibble));
    }

    private void drawValues(Random random) {
        float spread = (float) Math.exp(random.nextGaussian() * 5);
        for (float[] row : values) {
            for (int i = 0; i < inputs; i++) {
                row[i] = extreme(random) ? Math.signum(random.nextFloat() - 0.5f) * spread : spread * random(random);
            }
        }
    }

    private static float random(Random random) {
        return 2 * random.nextFloat() - 1;
    }

    private static boolean extreme(Random random) {
        return random.nextInt(3) == 0;
    }

    /** Quantises all rows, by groups or whole. */
    void quantize(QuantizedProducts products, boolean groups) {
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(values[row], 0, plain, ValueLayout.JAVA_FLOAT, 0, inputs);
            long target = activations.address() + row * stride();
            if (groups) {
                products.quantizeGroups(plain.address(), inputs, target);
            } else {
                products.quantize(plain.address(), inputs, target);
            }
        }
    }

    /** Multiplies the rows, quantised whole, with the bytes. */
    void multiplyI8(QuantizedProducts products) {
        products.sumNegatives(bytes.address(), panels, inputs, negatives.address());
        products.multiplyI8(
                rows,
                activations.address(),
                stride(),
                bytes.address(),
                outputScales.address(),
                panels,
                inputs,
                output,
                outputStride(),
                negatives.address());
    }

    /** Multiplies the rows, quantised by groups, with the bytes. */
    void multiplyI8Groups(QuantizedProducts products) {
        products.sumNegativesOfGroups(bytes.address(), panels, inputs, negatives.address());
        products.multiplyI8Groups(
                rows,
                activations.address(),
                stride(),
                bytes.address(),
                groupScales.address(),
                panels,
                inputs,
                output,
                outputStride(),
                negatives.address());
    }

    /** Multiplies the rows, quantised by groups, with the nibbles. */
    void multiplyI4Groups(QuantizedProducts products) {
        products.multiplyI4Groups(
                rows,
                activations.address(),
                stride(),
                nibbles.address(),
                groupScales.address(),
                panels,
                inputs,
                output,
                outputStride());
    }

    /** All memory a product may touch. */
    List<MemorySegment> memory() {
        return List.of(plain, bytes, nibbles, outputScales, groupScales, activations, output, negatives);
    }

    long stride() {
        return QuantizedRow.grouped(inputs).stride();
    }

    /** A line more than the panels fill. */
    long outputStride() {
        return (panels + 1L) * LINE_BYTES;
    }

    float result(int row, int output) {
        return this.output.get(ValueLayout.JAVA_FLOAT, row * outputStride() + 4L * output);
    }
}
