package dev.psyne.vlm.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes GGUF files, right ones and wrong ones. */
public final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The beginning of a file. */
    public static GgufBytes header(int version, long tensors, long keys) {
        return new GgufBytes().u32(0x46554747).u32(version).u64(tensors).u64(keys);
    }

    public GgufBytes u8(int value) {
        out.write(value);
        return this;
    }

    public GgufBytes u32(int value) {
        return bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    public GgufBytes u64(long value) {
        return bytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    public GgufBytes f32(float value) {
        return u32(Float.floatToRawIntBits(value));
    }

    public GgufBytes string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u64(bytes.length).bytes(bytes);
    }

    /** A key whose value is a string. */
    public GgufBytes text(String key, String value) {
        return string(key).u32(8).string(value);
    }

    /** A key whose value is a whole number of 32 bits. */
    public GgufBytes number(String key, int value) {
        return string(key).u32(4).u32(value);
    }

    /** A key whose value is an array of three halves, one for each colour. */
    public GgufBytes halves(String key) {
        return string(key).u32(9).u32(6).u64(3).f32(0.5f).f32(0.5f).f32(0.5f);
    }

    /** A key whose value is an array of strings. */
    public GgufBytes texts(String key, List<String> values) {
        string(key).u32(9).u32(8).u64(values.size());
        values.forEach(this::string);
        return this;
    }

    /** A key whose value is an array of whole numbers of 32 bits. */
    public GgufBytes numbers(String key, List<Integer> values) {
        string(key).u32(9).u32(5).u64(values.size());
        values.forEach(this::u32);
        return this;
    }

    /** What a tensor is, innermost dimension first. */
    public GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        string(name).u32(dimensions.length);
        for (long dimension : dimensions) {
            u64(dimension);
        }
        return u32(type).u64(offset);
    }

    /** Zeros up to a multiple of so many bytes. */
    public GgufBytes align(int alignment) {
        while (out.size() % alignment != 0) {
            out.write(0);
        }
        return this;
    }

    public GgufBytes bytes(byte... more) {
        out.writeBytes(more);
        return this;
    }

    public byte[] array() {
        return out.toByteArray();
    }
}
