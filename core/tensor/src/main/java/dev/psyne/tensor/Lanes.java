package dev.psyne.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this machine and the loads the kernels share. */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final int COUNT = FLOATS.length();

    /** Vectors side by side in a panel of weights. */
    static final int PANEL_VECTORS = 3;

    /** Outputs of a panel of weights. */
    static final int PANEL_WIDTH = PANEL_VECTORS * COUNT;

    /** One byte per float lane, or the smallest vector there is, of which the first lanes are used. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(Long.SIZE, COUNT * Byte.SIZE)));

    private Lanes() {}

    static String describe() {
        return "Vector API, " + FLOATS.vectorBitSize() + " bits";
    }

    static FloatVector load(float[] values, int index) {
        return FloatVector.fromArray(FLOATS, values, index);
    }

    static FloatVector widen(byte[] values, int index) {
        return (FloatVector) ByteVector.fromArray(BYTES, values, index).convertShape(VectorOperators.B2F, FLOATS, 0);
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
