package dev.psyne.platform.assembler;

/**
 * A vector register as one of its widths.
 *
 * @param number 0 to 31; above 15 needs the encoding of AVX-512
 * @param bytes 16 (XMM), 32 (YMM) or 64 (ZMM)
 */
public record VectorRegister(int number, int bytes) implements Operand.Vector {
    /** Registers there are. */
    public static final int COUNT = 32;

    private static final int XMM_BYTES = 16;
    private static final int YMM_BYTES = 32;
    private static final int ZMM_BYTES = 64;

    /** Checks that there is such a register. */
    public VectorRegister {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("vector register " + number + "; there are 0 to " + (COUNT - 1));
        }
        if (bytes != XMM_BYTES && bytes != YMM_BYTES && bytes != ZMM_BYTES) {
            throw new IllegalArgumentException("a vector register of " + bytes + " bytes; it may have 16, 32 or 64");
        }
    }

    /** The lowest 128 bits of a register. */
    public static VectorRegister xmm(int number) {
        return new VectorRegister(number, XMM_BYTES);
    }

    /** The lowest 256 bits of a register. */
    public static VectorRegister ymm(int number) {
        return new VectorRegister(number, YMM_BYTES);
    }

    /** All 512 bits of a register. */
    public static VectorRegister zmm(int number) {
        return new VectorRegister(number, ZMM_BYTES);
    }
}
