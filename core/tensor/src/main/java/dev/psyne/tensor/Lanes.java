package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of this machine and the loads the kernels share. {@value #PROPERTY} set to 128, 256 or 512 chooses another
 * width than the machine prefers; one that it has not is computed lane by lane, slow and the same.
 */
final class Lanes {
    private static final String PROPERTY = "dev.psyne.vectorBits";

    static final VectorSpecies<Float> FLOATS = species(System.getProperty(PROPERTY));
    static final int COUNT = FLOATS.length();

    /** Vectors side by side in a tile. */
    static final int TILE_VECTORS = 3;

    /** Outputs of a tile. */
    static final int TILE_WIDTH = TILE_VECTORS * COUNT;

    /** As many ints as floats. */
    static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    /** As many shorts as floats. */
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * Short.SIZE));

    private static final int I4_SIGNS = 0x8888_8888;
    private static final int BF16_SHIFT = 16;

    /** From bit 15, where a short's sign is extended, and from bit 0 to where a single has exponent and mantissa. */
    private static final int F16_SHIFT = 13;

    /** The sign, five bits of exponent and ten of mantissa, shifted. */
    private static final int F16_BITS = 0x8fff_e000;

    /** The difference between the biases of the exponents, 127 - 15, as a factor. */
    private static final float F16_REBIAS = 0x1p112f;

    private Lanes() {}

    private static VectorSpecies<Float> species(@Nullable String bits) {
        return switch (bits) {
            case null -> FloatVector.SPECIES_PREFERRED;
            case "128" -> FloatVector.SPECIES_128;
            case "256" -> FloatVector.SPECIES_256;
            case "512" -> FloatVector.SPECIES_512;
            default -> throw new IllegalArgumentException(PROPERTY + " is '" + bits + "'; it may be 128, 256 or 512");
        };
    }

    static String describe() {
        return "Vector API, " + FLOATS.vectorBitSize() + " bits";
    }

    static FloatVector load(float[] values, int index) {
        return FloatVector.fromArray(FLOATS, values, index);
    }

    static FloatVector load(MemorySegment memory, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, memory, offset, ByteOrder.LITTLE_ENDIAN);
    }

    static IntVector loadInts(MemorySegment memory, long offset) {
        return IntVector.fromMemorySegment(INTS, memory, offset, ByteOrder.LITTLE_ENDIAN);
    }

    /** Eight I4 weights in each int, the offset that they are stored with turned into a sign. */
    static IntVector loadNibbles(MemorySegment memory, long offset) {
        return loadInts(memory, offset).lanewise(VectorOperators.XOR, I4_SIGNS);
    }

    /** Finite half-precision numbers, also those without an exponent. */
    static FloatVector loadHalves(MemorySegment memory, long offset) {
        return ((IntVector) shorts(memory, offset))
                .lanewise(VectorOperators.LSHL, F16_SHIFT)
                .and(F16_BITS)
                .reinterpretAsFloats()
                .mul(F16_REBIAS);
    }

    static FloatVector loadBrains(MemorySegment memory, long offset) {
        return ((IntVector) shorts(memory, offset))
                .lanewise(VectorOperators.LSHL, BF16_SHIFT)
                .reinterpretAsFloats();
    }

    private static Vector<Integer> shorts(MemorySegment memory, long offset) {
        return ShortVector.fromMemorySegment(SHORTS, memory, offset, ByteOrder.LITTLE_ENDIAN)
                .convertShape(VectorOperators.S2I, INTS, 0);
    }

    /** The signed number in some bits of each int, as a float: those between {@code left} bits above and 32 - {@code width} below. */
    static FloatVector field(IntVector words, int left, int width) {
        return (FloatVector) words.lanewise(VectorOperators.LSHL, left)
                .lanewise(VectorOperators.ASHR, Integer.SIZE - width)
                .convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
