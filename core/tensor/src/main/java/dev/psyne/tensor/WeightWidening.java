package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Takes a block of packed weights to floats, {@code [inputs][tile width]}: what the tiles multiply with. A vector is that
 * many outputs of one panel. Scales of groups are multiplied in here, scales of outputs when a tile is stored.
 */
final class WeightWidening {
    /** Inputs a block begins at multiples of, and is filled up to. */
    static final int BLOCK_INPUTS = LinearLayout.GROUP_INPUTS;

    private static final int OUTPUT = LinearLayout.PANEL_OUTPUTS;

    private final LinearLayout layout;
    private final MemorySegment memory;

    /** Floats from one input to the next. */
    private final int step;

    /**
     * Of some weights.
     *
     * @param width of a tile: whole vectors
     */
    WeightWidening(Linear weights, int width) {
        this.step = width;
        this.layout = weights.layout();
        this.memory = weights.segment();
    }

    /** Inputs from the beginning of the block that holds {@code input} to it. */
    static int intoBlock(int input) {
        return input % BLOCK_INPUTS;
    }

    /**
     * A tile's weights in a scratch's block, widened now or, if {@code isWidened}, the last time; otherwise as {@link
     * #widen}.
     */
    float[] block(Scratch scratch, int firstOutput, int firstInput, int inputs, boolean isWidened) {
        float[] block = scratch.block((inputs + 2 * BLOCK_INPUTS) * step);
        if (!isWidened) {
            widen(firstOutput, firstInput, inputs, block);
        }
        return block;
    }

    /**
     * Widens a tile's weights.
     *
     * @param firstOutput of the tile; vectors beyond the last panel become zeros
     * @param firstInput a multiple of {@value #BLOCK_INPUTS}
     * @param inputs how many at least
     */
    private void widen(int firstOutput, int firstInput, int inputs, float[] target) {
        for (int vector = 0; vector < step / Lanes.COUNT; vector++) {
            int output = firstOutput + vector * Lanes.COUNT;
            int at = vector * Lanes.COUNT;
            if (output >= layout.panels() * OUTPUT) {
                clear(inputs, target, at);
                continue;
            }
            long from = layout.weightOffset(output, firstInput);
            switch (layout.type()) {
                case F32 -> floats(from, inputs, target, at);
                case F16 -> halves(from, inputs, target, at);
                case BF16 -> brains(from, inputs, target, at);
                case I8 -> bytes(output, firstInput, inputs, target, at);
                case I4 -> nibbles(output, firstInput, inputs, target, at);
            }
        }
    }

    private void clear(int inputs, float[] target, int at) {
        for (int i = 0; i < inputs; i++) {
            FloatVector.zero(Lanes.FLOATS).intoArray(target, at + i * step);
        }
    }

    private void floats(long from, int inputs, float[] target, int at) {
        for (int i = 0; i < inputs; i++) {
            Lanes.load(memory, from + (long) i * OUTPUT * Float.BYTES).intoArray(target, at + i * step);
        }
    }

    private void halves(long from, int inputs, float[] target, int at) {
        for (int i = 0; i < inputs; i++) {
            Lanes.loadHalves(memory, from + (long) i * OUTPUT * Short.BYTES).intoArray(target, at + i * step);
        }
    }

    private void brains(long from, int inputs, float[] target, int at) {
        for (int i = 0; i < inputs; i++) {
            Lanes.loadBrains(memory, from + (long) i * OUTPUT * Short.BYTES).intoArray(target, at + i * step);
        }
    }

    /** The scales of a vector of outputs and one group, or ones. */
    private FloatVector factor(int output, int input) {
        return layout.scales() == WeightScales.PER_GROUP
                ? Lanes.load(memory, layout.scaleOffset(output, input / BLOCK_INPUTS))
                : Lanes.broadcast(1);
    }

    private void bytes(int output, int firstInput, int inputs, float[] target, int at) {
        int to = at;
        for (int input = firstInput; input < firstInput + inputs; input += BLOCK_INPUTS) {
            FloatVector factor = factor(output, input);
            long from = layout.weightOffset(output, input);
            for (int i = 0; i < BLOCK_INPUTS; i += 4, to += 4 * step, from += OUTPUT * Integer.BYTES) {
                IntVector words = Lanes.loadInts(memory, from);
                Lanes.field(words, 24, 8).mul(factor).intoArray(target, to);
                Lanes.field(words, 16, 8).mul(factor).intoArray(target, to + step);
                Lanes.field(words, 8, 8).mul(factor).intoArray(target, to + 2 * step);
                Lanes.field(words, 0, 8).mul(factor).intoArray(target, to + 3 * step);
            }
        }
    }

    private void nibbles(int output, int firstInput, int inputs, float[] target, int at) {
        int to = at;
        for (int input = firstInput; input < firstInput + inputs; input += BLOCK_INPUTS) {
            FloatVector factor = factor(output, input);
            long from = layout.weightOffset(output, input);
            for (int i = 0; i < BLOCK_INPUTS; i += 8, to += 8 * step, from += OUTPUT * Integer.BYTES) {
                IntVector words = Lanes.loadNibbles(memory, from);
                Lanes.field(words, 28, 4).mul(factor).intoArray(target, to);
                Lanes.field(words, 20, 4).mul(factor).intoArray(target, to + step);
                Lanes.field(words, 12, 4).mul(factor).intoArray(target, to + 2 * step);
                Lanes.field(words, 4, 4).mul(factor).intoArray(target, to + 3 * step);
                Lanes.field(words, 24, 4).mul(factor).intoArray(target, to + 4 * step);
                Lanes.field(words, 16, 4).mul(factor).intoArray(target, to + 5 * step);
                Lanes.field(words, 8, 4).mul(factor).intoArray(target, to + 6 * step);
                Lanes.field(words, 0, 4).mul(factor).intoArray(target, to + 7 * step);
            }
        }
    }
}
