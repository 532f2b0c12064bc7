package dev.psyne.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of one row with packed panels, straight from the weights' memory: a chunk of inputs by each vector of a panel,
 * then the next inputs, so that memory is read once and nearly in order. Several sums at a time hide the latency of a
 * multiply-add.
 */
final class RowProduct {
    /** Bytes of a panel that are multiplied with each of its vectors before the next, half of a usual first cache. */
    private static final int CHUNK_BYTES = 16 << 10;

    private static final int GROUP = LinearLayout.GROUP_INPUTS;
    private static final int OUTPUTS = LinearLayout.PANEL_OUTPUTS;
    private static final int WORDS = OUTPUTS * Integer.BYTES;
    private static final int SHORTS = OUTPUTS * Short.BYTES;
    private static final MemorySegment ONES = ones();

    private final LinearLayout layout;
    private final MemorySegment memory;
    private final MemorySegment scales;
    private final long scaleStride;
    private final int chunk;

    RowProduct(Linear weights) {
        this.layout = weights.layout();
        this.memory = weights.segment();
        boolean isGrouped = layout.scales() == WeightScales.PER_GROUP;
        this.scales = isGrouped ? memory : ONES;
        this.scaleStride = isGrouped ? WORDS : 0;
        this.chunk = CHUNK_BYTES * Byte.SIZE / (OUTPUTS * layout.type().bits());
    }

    /** What a group's sum is multiplied with where scales are not of groups: the same code serves both. */
    private static MemorySegment ones() {
        MemorySegment ones = Arena.global().allocate(WORDS, Tensor.ALIGNMENT_BYTES);
        for (int i = 0; i < OUTPUTS; i++) {
            ones.setAtIndex(Tensor.FLOAT, i, 1);
        }
        return ones;
    }

    /**
     * The products of a panel's outputs.
     *
     * @param row values of which {@link LinearLayout#paddedInputs()} are read from {@code from} on; those filled up are
     *     finite
     */
    void multiply(int panel, float[] row, int from, float[] tile) {
        Arrays.fill(tile, 0, OUTPUTS, 0f);
        int inputs = layout.paddedInputs();
        for (int input = 0; input < inputs; input += chunk) {
            int count = Math.min(chunk, inputs - input);
            for (int column = 0; column < OUTPUTS; column += Lanes.COUNT) {
                multiply(panel * OUTPUTS + column, input, count, row, from + input, tile, column);
            }
        }
    }

    private void multiply(int output, int input, int count, float[] row, int from, float[] tile, int column) {
        long at = layout.weightOffset(output, input);
        switch (layout.type()) {
            case F32 -> floats(at, count, row, from, tile, column);
            case F16 -> halves(at, count, row, from, tile, column);
            case BF16 -> brains(at, count, row, from, tile, column);
            case I8 -> bytes(at, count, row, from, tile, column, scaleAt(output, input));
            case I4 -> nibbles(at, count, row, from, tile, column, scaleAt(output, input));
        }
    }

    private long scaleAt(int output, int input) {
        return scaleStride == 0 ? 0 : layout.scaleOffset(output, input / GROUP);
    }

    private void floats(long at, int count, float[] row, int from, float[] tile, int column) {
        FloatVector a = Lanes.load(tile, column);
        FloatVector b = FloatVector.zero(Lanes.FLOATS);
        FloatVector c = b;
        FloatVector d = b;
        int i = 0;
        for (; i <= count - 4; i += 4) {
            long word = at + (long) i * WORDS;
            a = Lanes.load(memory, word).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.load(memory, word + WORDS).fma(Lanes.broadcast(row[from + i + 1]), b);
            c = Lanes.load(memory, word + 2 * WORDS).fma(Lanes.broadcast(row[from + i + 2]), c);
            d = Lanes.load(memory, word + 3 * WORDS).fma(Lanes.broadcast(row[from + i + 3]), d);
        }
        for (; i < count; i++) {
            a = Lanes.load(memory, at + (long) i * WORDS).fma(Lanes.broadcast(row[from + i]), a);
        }
        a.add(b).add(c.add(d)).intoArray(tile, column);
    }

    private void halves(long at, int count, float[] row, int from, float[] tile, int column) {
        FloatVector a = Lanes.load(tile, column);
        FloatVector b = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= count - 2; i += 2) {
            long short0 = at + (long) i * SHORTS;
            a = Lanes.loadHalves(memory, short0).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.loadHalves(memory, short0 + SHORTS).fma(Lanes.broadcast(row[from + i + 1]), b);
        }
        if (i < count) {
            a = Lanes.loadHalves(memory, at + (long) i * SHORTS).fma(Lanes.broadcast(row[from + i]), a);
        }
        a.add(b).intoArray(tile, column);
    }

    private void brains(long at, int count, float[] row, int from, float[] tile, int column) {
        FloatVector a = Lanes.load(tile, column);
        FloatVector b = FloatVector.zero(Lanes.FLOATS);
        int i = 0;
        for (; i <= count - 2; i += 2) {
            long short0 = at + (long) i * SHORTS;
            a = Lanes.loadBrains(memory, short0).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.loadBrains(memory, short0 + SHORTS).fma(Lanes.broadcast(row[from + i + 1]), b);
        }
        if (i < count) {
            a = Lanes.loadBrains(memory, at + (long) i * SHORTS).fma(Lanes.broadcast(row[from + i]), a);
        }
        a.add(b).intoArray(tile, column);
    }

    private void bytes(long at, int count, float[] row, int from, float[] tile, int column, long scaleAt) {
        FloatVector total = Lanes.load(tile, column);
        long word = at;
        long scale = scaleAt;
        for (int group = from; group < from + count; group += GROUP, scale += scaleStride) {
            FloatVector a = FloatVector.zero(Lanes.FLOATS);
            FloatVector b = a;
            for (int i = group; i < group + GROUP; i += 4, word += WORDS) {
                IntVector words = Lanes.loadInts(memory, word);
                a = Lanes.field(words, 24, 8).fma(Lanes.broadcast(row[i]), a);
                b = Lanes.field(words, 16, 8).fma(Lanes.broadcast(row[i + 1]), b);
                a = Lanes.field(words, 8, 8).fma(Lanes.broadcast(row[i + 2]), a);
                b = Lanes.field(words, 0, 8).fma(Lanes.broadcast(row[i + 3]), b);
            }
            total = a.add(b).fma(Lanes.load(scales, scale), total);
        }
        total.intoArray(tile, column);
    }

    private void nibbles(long at, int count, float[] row, int from, float[] tile, int column, long scaleAt) {
        FloatVector total = Lanes.load(tile, column);
        long word = at;
        long scale = scaleAt;
        for (int group = from; group < from + count; group += GROUP, scale += scaleStride) {
            FloatVector a = FloatVector.zero(Lanes.FLOATS);
            FloatVector b = a;
            for (int i = group; i < group + GROUP; i += 8, word += WORDS) {
                IntVector words = Lanes.loadNibbles(memory, word);
                a = Lanes.field(words, 28, 4).fma(Lanes.broadcast(row[i]), a);
                b = Lanes.field(words, 20, 4).fma(Lanes.broadcast(row[i + 1]), b);
                a = Lanes.field(words, 12, 4).fma(Lanes.broadcast(row[i + 2]), a);
                b = Lanes.field(words, 4, 4).fma(Lanes.broadcast(row[i + 3]), b);
                a = Lanes.field(words, 24, 4).fma(Lanes.broadcast(row[i + 4]), a);
                b = Lanes.field(words, 16, 4).fma(Lanes.broadcast(row[i + 5]), b);
                a = Lanes.field(words, 8, 4).fma(Lanes.broadcast(row[i + 6]), a);
                b = Lanes.field(words, 0, 4).fma(Lanes.broadcast(row[i + 7]), b);
            }
            total = a.add(b).fma(Lanes.load(scales, scale), total);
        }
        total.intoArray(tile, column);
    }
}
