package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of numbers or truth values: one copy from or to the message. */
record ArrayCodec(Type.Scalar type) implements ValueCodec {
    @Override
    public void write(MessageWriter writer, long slot, Object array, String where) {
        int length = length(array);
        if (length == 0) {
            return;
        }
        long at = writer.room((long) length * type.bytes(), type.bytes(), where);
        writer.slot(slot, at, length);
        MemorySegment target = writer.segment();
        switch (array) {
            case boolean[] flags -> {
                for (int i = 0; i < length; i++) {
                    target.set(MessageLayout.BYTE, at + i, (byte) (flags[i] ? 1 : 0));
                }
            }
            case byte[] _ -> MemorySegment.copy(array, 0, target, MessageLayout.BYTE, at, length);
            case short[] _ -> MemorySegment.copy(array, 0, target, MessageLayout.SHORT, at, length);
            case int[] _ -> MemorySegment.copy(array, 0, target, MessageLayout.INT, at, length);
            case long[] _ -> MemorySegment.copy(array, 0, target, MessageLayout.LONG, at, length);
            case float[] _ -> MemorySegment.copy(array, 0, target, MessageLayout.FLOAT, at, length);
            default -> MemorySegment.copy(array, 0, target, MessageLayout.DOUBLE, at, length);
        }
    }

    private int length(Object array) {
        return switch (type) {
            case BOOL -> ((boolean[]) array).length;
            case I8 -> ((byte[]) array).length;
            case I16 -> ((short[]) array).length;
            case I32 -> ((int[]) array).length;
            case I64 -> ((long[]) array).length;
            case F32 -> ((float[]) array).length;
            case F64 -> ((double[]) array).length;
        };
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        long place = reader.i64(slot);
        if (place == 0) {
            return made(0);
        }
        long count = MessageLayout.count(place);
        long at = reader.part(place, count * type.bytes(), type.bytes(), where);
        int length = length(count, where);
        Object array = made(length);
        if (array instanceof boolean[] flags) {
            for (int i = 0; i < length; i++) {
                flags[i] = reader.bool(at + i, where);
            }
        } else {
            MemorySegment.copy(reader.segment(), layout(), at, array, 0, length);
        }
        return array;
    }

    private Object made(int length) {
        return switch (type) {
            case BOOL -> new boolean[length];
            case I8 -> new byte[length];
            case I16 -> new short[length];
            case I32 -> new int[length];
            case I64 -> new long[length];
            case F32 -> new float[length];
            case F64 -> new double[length];
        };
    }

    private ValueLayout layout() {
        return switch (type) {
            case BOOL, I8 -> MessageLayout.BYTE;
            case I16 -> MessageLayout.SHORT;
            case I32 -> MessageLayout.INT;
            case I64 -> MessageLayout.LONG;
            case F32 -> MessageLayout.FLOAT;
            case F64 -> MessageLayout.DOUBLE;
        };
    }

    /** A count of a message whose bytes are there. */
    static int length(long count, String where) {
        if (count > Integer.MAX_VALUE) {
            throw new BrokenMessageException(where, count + " elements are more than an array holds");
        }
        return (int) count;
    }
}
