package dev.psyne.vlm.internal.layer;

import dev.psyne.vlm.internal.checkpoint.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats as the bytes of a stored type, rounded as ggml's reference does where it has to be ({@code quantize_row_*_ref}). */
public final class StoredBytes {
    private static final int BLOCK = 32;

    private StoredBytes() {}

    public static byte[] of(StoredType type, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(type.bytes(values.length))).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> bytes.asFloatBuffer().put(values);
            case F16 -> {
                for (float value : values) {
                    bytes.putShort(Float.floatToFloat16(value));
                }
            }
            case BF16 -> {
                for (float value : values) {
                    bytes.putShort((short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
                }
            }
            case Q8_0, Q4_0 -> {
                for (int block = 0; block < values.length; block += BLOCK) {
                    block(type, values, block, bytes);
                }
            }
            default -> throw new IllegalArgumentException("no writer for " + type);
        }
        return bytes.array();
    }

    private static void block(StoredType type, float[] values, int from, ByteBuffer bytes) {
        float extreme = 0;
        for (int i = from; i < from + BLOCK; i++) {
            extreme = Math.abs(values[i]) > Math.abs(extreme) ? values[i] : extreme;
        }
        boolean isByte = type == StoredType.Q8_0;
        float scale = isByte ? Math.abs(extreme) / 127 : extreme / -8;
        float inverse = scale == 0 ? 0 : 1 / scale;
        bytes.putShort(Float.floatToFloat16(scale));
        for (int i = from; isByte && i < from + BLOCK; i++) {
            bytes.put((byte) Math.round(values[i] * inverse));
        }
        for (int i = from; !isByte && i < from + BLOCK / 2; i++) {
            int low = Math.min(15, (int) (values[i] * inverse + 8.5f));
            int high = Math.min(15, (int) (values[i + BLOCK / 2] * inverse + 8.5f));
            bytes.put((byte) (low | high << 4));
        }
    }
}
