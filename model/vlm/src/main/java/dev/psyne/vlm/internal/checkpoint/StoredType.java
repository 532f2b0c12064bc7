package dev.psyne.vlm.internal.checkpoint;

/** How the elements of a tensor are stored in a file: in blocks of so many elements and so many bytes. */
public enum StoredType {
    /** IEEE 754 single precision. */
    F32(1, 4),
    /** IEEE 754 half precision. */
    F16(1, 2),
    /** The upper half of a single precision number. */
    BF16(1, 2),
    /** Signed byte. */
    I8(1, 1),
    /** Signed integer of 64 bits, as in counters that no model needs. */
    I64(1, 8);

    private final int blockElements;
    private final int blockBytes;

    StoredType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Elements of a block. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }
}
