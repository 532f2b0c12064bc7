package dev.psyne.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one running job needs beside its operands; grows to the largest call and is used again. */
final class Scratch {
    private MemorySegment activations = MemorySegment.NULL;
    private MemorySegment plain = MemorySegment.NULL;
    private float[] block = new float[0];
    private float[] scores = new float[0];
    private float[] sums = new float[0];
    private float[] rows = new float[0];

    /** Room in native memory for quantised rows. */
    MemorySegment activations(long bytes) {
        activations = grown(activations, bytes);
        return activations;
    }

    /** Room in native memory for one row of floats. */
    MemorySegment plain(long bytes) {
        plain = grown(plain, bytes);
        return plain;
    }

    private static MemorySegment grown(MemorySegment memory, long bytes) {
        return memory.byteSize() >= bytes ? memory : Arena.ofAuto().allocate(bytes, Tensor.ALIGNMENT_BYTES);
    }

    /** Room for a block of weights as floats. */
    float[] block(int floats) {
        if (block.length < floats) {
            block = new float[floats];
        }
        return block;
    }

    /** Room for one query's scores. */
    float[] scores(int floats) {
        if (scores.length < floats) {
            scores = new float[floats];
        }
        return scores;
    }

    /** Room for the sums of a strip. */
    float[] sums(int floats) {
        if (sums.length < floats) {
            sums = new float[floats];
        }
        return sums;
    }

    /** Room for rows of activations. */
    float[] rows(int floats) {
        if (rows.length < floats) {
            rows = new float[floats];
        }
        return rows;
    }
}
