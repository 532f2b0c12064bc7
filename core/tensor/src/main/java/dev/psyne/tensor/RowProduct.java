package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of one row with packed panels, straight from the weights' memory: {@value LinearLayout#GROUP_INPUTS} inputs by
 * the vectors of a panel, then the next inputs, so that memory is read once and in order. Four sums at a time hide the
 * latency of a multiply-add.
 */
final class RowProduct {
    private static final int GROUP = LinearLayout.GROUP_INPUTS;
    private static final int OUTPUT = LinearLayout.PANEL_OUTPUTS;
    private static final int WORDS = OUTPUT * Integer.BYTES;

    private final LinearLayout layout;
    private final MemorySegment memory;

    RowProduct(Linear weights) {
        this.layout = weights.layout();
        this.memory = weights.segment();
    }

    /**
     * The products of a panel's outputs.
     *
     * @param row values of which {@link LinearLayout#paddedInputs()} are read from {@code from} on; those filled up are
     *     finite
     */
    void multiply(int panel, float[] row, int from, float[] tile) {
        Arrays.fill(tile, 0, OUTPUT, 0f);
        int inputs = layout.paddedInputs();
        for (int input = 0; input < inputs; input += GROUP) {
            int count = Math.min(GROUP, inputs - input);
            for (int column = 0; column < OUTPUT; column += Lanes.COUNT) {
                int output = panel * OUTPUT + column;
                FloatVector sum = group(output, input, count, row, from + input);
                FloatVector factor = layout.scales() == WeightScales.PER_GROUP
                        ? Lanes.load(memory, layout.scaleOffset(output, input / GROUP))
                        : Lanes.broadcast(1);
                sum.fma(factor, Lanes.load(tile, column)).intoArray(tile, column);
            }
        }
    }

    private FloatVector group(int output, int input, int count, float[] row, int from) {
        long at = layout.weightOffset(output, input);
        return switch (layout.type()) {
            case F32 -> floats(at, count, row, from);
            case F16 -> halves(at, count, row, from);
            case BF16 -> brains(at, count, row, from);
            case I8 -> bytes(at, row, from);
            case I4 -> nibbles(at, row, from);
        };
    }

    private FloatVector floats(long at, int count, float[] row, int from) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
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
        return a.add(b).add(c.add(d));
    }

    private FloatVector halves(long at, int count, float[] row, int from) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        int i = 0;
        for (; i <= count - 2; i += 2) {
            long word = at + (long) i * OUTPUT * Short.BYTES;
            a = Lanes.loadHalves(memory, word).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.loadHalves(memory, word + OUTPUT * Short.BYTES).fma(Lanes.broadcast(row[from + i + 1]), b);
        }
        if (i < count) {
            a = Lanes.loadHalves(memory, at + (long) i * OUTPUT * Short.BYTES).fma(Lanes.broadcast(row[from + i]), a);
        }
        return a.add(b);
    }

    private FloatVector brains(long at, int count, float[] row, int from) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        int i = 0;
        for (; i <= count - 2; i += 2) {
            long word = at + (long) i * OUTPUT * Short.BYTES;
            a = Lanes.loadBrains(memory, word).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.loadBrains(memory, word + OUTPUT * Short.BYTES).fma(Lanes.broadcast(row[from + i + 1]), b);
        }
        if (i < count) {
            a = Lanes.loadBrains(memory, at + (long) i * OUTPUT * Short.BYTES).fma(Lanes.broadcast(row[from + i]), a);
        }
        return a.add(b);
    }

    private FloatVector bytes(long at, float[] row, int from) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        for (int i = 0; i < GROUP; i += 4) {
            IntVector words = Lanes.loadInts(memory, at + (long) i / 4 * WORDS);
            a = Lanes.field(words, 24, 8).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.field(words, 16, 8).fma(Lanes.broadcast(row[from + i + 1]), b);
            a = Lanes.field(words, 8, 8).fma(Lanes.broadcast(row[from + i + 2]), a);
            b = Lanes.field(words, 0, 8).fma(Lanes.broadcast(row[from + i + 3]), b);
        }
        return a.add(b);
    }

    private FloatVector nibbles(long at, float[] row, int from) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        for (int i = 0; i < GROUP; i += 8) {
            IntVector words = Lanes.loadNibbles(memory, at + (long) i / 8 * WORDS);
            a = Lanes.field(words, 28, 4).fma(Lanes.broadcast(row[from + i]), a);
            b = Lanes.field(words, 20, 4).fma(Lanes.broadcast(row[from + i + 1]), b);
            a = Lanes.field(words, 12, 4).fma(Lanes.broadcast(row[from + i + 2]), a);
            b = Lanes.field(words, 4, 4).fma(Lanes.broadcast(row[from + i + 3]), b);
            a = Lanes.field(words, 24, 4).fma(Lanes.broadcast(row[from + i + 4]), a);
            b = Lanes.field(words, 16, 4).fma(Lanes.broadcast(row[from + i + 5]), b);
            a = Lanes.field(words, 8, 4).fma(Lanes.broadcast(row[from + i + 6]), a);
            b = Lanes.field(words, 0, 4).fma(Lanes.broadcast(row[from + i + 7]), b);
        }
        return a.add(b);
    }
}
