package dev.psyne.vlm.internal.checkpoint;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How the elements of a tensor are stored in a file: in blocks of so many elements and so many bytes, little endian.
 *
 * <p>The plain types are those of safetensors (its {@code Dtype}); the quantised ones are ggml's ({@code ggml-common.h}).
 */
public enum StoredType {
    /** IEEE 754 double precision. */
    F64(1, 8, true),
    /** IEEE 754 single precision. */
    F32(1, 4, true),
    /** IEEE 754 half precision. */
    F16(1, 2, true),
    /** The upper half of a single precision number. */
    BF16(1, 2, true),
    /** Eight bits: sign, five of exponent, two of mantissa. */
    F8_E5M2(1, 1, false),
    /** Eight bits: sign, four of exponent, three of mantissa; no infinity. */
    F8_E4M3(1, 1, false),
    /** Signed byte. */
    I8(1, 1, false),
    /** Signed integer of 16 bits. */
    I16(1, 2, false),
    /** Signed integer of 32 bits. */
    I32(1, 4, false),
    /** Signed integer of 64 bits, as in counters that no model needs. */
    I64(1, 8, false),
    /** Unsigned byte. */
    U8(1, 1, false),
    /** Unsigned integer of 16 bits. */
    U16(1, 2, false),
    /** Unsigned integer of 32 bits. */
    U32(1, 4, false),
    /** Unsigned integer of 64 bits. */
    U64(1, 8, false),
    /** A byte of 0 or 1. */
    BOOL(1, 1, false),
    /** 32 signed bytes after a half precision scale. */
    Q8_0(32, 34, true),
    /** 32 numbers of five bits after a half precision scale. */
    Q5_0(32, 22, true),
    /** 32 numbers of four bits after a half precision scale. */
    Q4_0(32, 18, true),
    /** 256 numbers of four bits, eight scales and minima of six bits, a scale of each. */
    Q4_K(256, 144, true),
    /** 256 numbers of six bits, sixteen scales of eight bits and the scale of those. */
    Q6_K(256, 210, true);

    private final int blockElements;
    private final int blockBytes;
    private final boolean readable;

    StoredType(int blockElements, int blockBytes, boolean readable) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.readable = readable;
    }

    /** Elements of a block. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Whether {@link StoredTensor#read} gives the elements as floats. */
    public boolean readable() {
        return readable;
    }

    /** Whether an element is a signed byte at most times a scale that it shares with 31 others. */
    public boolean hasGroupScales() {
        return this == Q8_0 || this == Q5_0 || this == Q4_0;
    }

    /** Bytes of so many elements, which must be whole blocks; an {@link ArithmeticException} if there are too many. */
    public long bytes(long elements) {
        if (elements < 0 || elements % blockElements != 0) {
            throw new IllegalArgumentException(elements + " elements are no whole blocks of " + blockElements);
        }
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /** The types that can be read, for messages. */
    static String readableNames() {
        return Arrays.stream(values())
                .filter(StoredType::readable)
                .map(StoredType::name)
                .collect(Collectors.joining(", "));
    }
}
