package dev.psyne.tensor;

/** What one element of a tensor is. */
public enum ElementType {
    /** IEEE 754 single precision, little endian. */
    F32(4),
    /** Signed byte; a tensor of it carries one F32 scale per channel beside it. */
    I8(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
