package dev.psyne.tensor;

/** What one element of a tensor is: little endian, without padding between elements. */
public enum ElementType {
    /** IEEE 754 single precision. */
    F32(1, 4),
    /** Signed byte; a tensor of weights in it carries one F32 scale per channel beside it. */
    I8(2, 1),
    /** Unsigned byte. */
    U8(3, 1),
    /** Signed, two bytes. */
    I16(4, 2),
    /** Signed, four bytes. */
    I32(5, 4),
    /** Signed, eight bytes. */
    I64(6, 8),
    /** IEEE 754 half precision. */
    F16(7, 2),
    /** The upper half of an F32: its exponent with seven bits of fraction. */
    BF16(8, 2),
    /** IEEE 754 double precision. */
    F64(9, 8),
    /** One byte, 0 for false and 1 for true. */
    BOOL(10, 1);

    private static final ElementType[] TYPES = values();

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /**
     * The type of a number in a message.
     *
     * @throws IllegalArgumentException if no type has it
     */
    public static ElementType ofCode(int code) {
        if (code < 1 || code > TYPES.length) {
            throw new IllegalArgumentException("element type " + code + "; known are 1 to " + TYPES.length);
        }
        return TYPES[code - 1];
    }

    /** Its number in messages between processes, never used again for another: 1 for the first type, then on by one. */
    public int code() {
        return code;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
