package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;

/**
 * An array of numbers or truth values: one copy from or to the message.
 *
 * @param element the primitive class
 * @param layout of one element in a message
 */
record ArrayCodec(Type.Scalar type, Class<?> element, ValueLayout layout) implements ValueCodec {
    static ArrayCodec of(Type.Scalar type) {
        ValueLayout layout = switch (type) {
            case BOOL, I8 -> MessageLayout.BYTE;
            case I16 -> MessageLayout.SHORT;
            case I32 -> MessageLayout.INT;
            case I64 -> MessageLayout.LONG;
            case F32 -> MessageLayout.FLOAT;
            case F64 -> MessageLayout.DOUBLE;
        };
        return new ArrayCodec(type, ScalarCodec.of(type).primitive(), layout);
    }

    @Override
    public void write(MessageWriter writer, long slot, Object array, String where) {
        int length = Array.getLength(array);
        if (length == 0) {
            return;
        }
        long at = writer.room((long) length * type.bytes(), type.bytes(), where);
        writer.slot(slot, at, length);
        MemorySegment target = writer.segment();
        if (array instanceof boolean[] flags) {
            for (int i = 0; i < length; i++) {
                target.set(MessageLayout.BYTE, at + i, (byte) (flags[i] ? 1 : 0));
            }
        } else {
            MemorySegment.copy(array, 0, target, layout, at, length);
        }
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        long place = reader.i64(slot);
        if (place == 0) {
            return Array.newInstance(element, 0);
        }
        long count = MessageLayout.count(place);
        long at = reader.part(place, count * type.bytes(), type.bytes(), where);
        int length = length(count, where);
        Object array = Array.newInstance(element, length);
        if (array instanceof boolean[] flags) {
            for (int i = 0; i < length; i++) {
                flags[i] = reader.bool(at + i, where);
            }
        } else {
            MemorySegment.copy(reader.segment(), layout, at, array, 0, length);
        }
        return array;
    }

    /** A count of a message whose bytes are there. */
    static int length(long count, String where) {
        if (count > Integer.MAX_VALUE) {
            throw new BrokenMessageException(where, count + " elements are more than an array holds");
        }
        return (int) count;
    }
}
