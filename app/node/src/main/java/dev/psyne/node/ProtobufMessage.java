package dev.psyne.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message in protobuf's wire format, built field by field and used again for the next
 * (https://protobuf.dev/programming-guides/encoding).
 */
final class ProtobufMessage {
    private static final int INITIAL_BYTES = 256;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int TYPE_BITS = 3;
    private static final int PAYLOAD_BITS = 7;
    private static final int MORE = 0x80;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    ProtobufMessage clear() {
        size = 0;
        return this;
    }

    /** An integer, boolean or enum; not for the zigzag types. */
    ProtobufMessage integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtobufMessage fixed64(int field, long value) {
        tag(field, FIXED64);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            put((byte) (value >>> shift));
        }
        return this;
    }

    ProtobufMessage text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, utf8, utf8.length);
    }

    ProtobufMessage message(int field, ProtobufMessage nested) {
        return bytes(field, nested.bytes, nested.size);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    private ProtobufMessage bytes(int field, byte[] value, int length) {
        tag(field, LENGTH_DELIMITED);
        varint(length);
        ensure(length);
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
        return this;
    }

    private void tag(int field, int type) {
        varint((long) field << TYPE_BITS | type);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & -MORE) != 0) {
            put((byte) (rest | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        put((byte) rest);
    }

    private void put(byte value) {
        ensure(1);
        bytes[size++] = value;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
