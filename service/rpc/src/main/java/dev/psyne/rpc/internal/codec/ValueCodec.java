package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;

/**
 * Writes and reads values of one type in slots: a record's fields and the elements of lists. All are records or an enum, so
 * that a compiler that sees one as a constant sees its fields as constants too. Immutable. Public for codecs made at run time.
 */
public sealed interface ValueCodec
        permits ArrayCodec,
                EnumCodec,
                EnumNameCodec,
                ListCodec,
                MapCodec,
                ScalarCodec,
                TensorCodec,
                ValueCodec.Bytes,
                ValueCodec.Callback,
                ValueCodec.Nested,
                ValueCodec.Text {
    /** Sets a slot of zeros, and appends the part if the value has one. */
    void write(MessageWriter writer, long slot, Object value, String where);

    /** Reads a slot, and the part if the value has one. */
    Object read(MessageReader reader, long slot, String where);

    /** Bytes of a slot. */
    default int slotBytes() {
        return MessageLayout.SLOT_BYTES;
    }

    /** What a table of such slots is aligned to, in bytes. */
    default int alignment() {
        return MessageLayout.SLOT_ALIGNMENT;
    }

    /** A String. */
    record Text() implements ValueCodec {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.text(slot, (String) value, where);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.text(slot, where);
        }
    }

    /** A MemorySegment. */
    record Bytes() implements ValueCodec {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.bytes(slot, (MemorySegment) value, where);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.bytes(slot, where);
        }
    }

    /**
     * A function of the sender.
     *
     * @param held its Java type, with those of its argument and its result
     * @param raw the class of it
     */
    record Callback(Type.Callback type, java.lang.reflect.Type held, Class<?> raw) implements ValueCodec {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.i32(slot, writer.references().number(value, this));
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return raw.cast(reader.callback(reader.i32(slot), this, where));
        }

        @Override
        public int slotBytes() {
            return Integer.BYTES;
        }

        @Override
        public int alignment() {
            return Integer.BYTES;
        }
    }

    /** A record in a record. */
    record Nested(RecordCodec<Object> codec) implements ValueCodec {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.slot(slot, codec.write(value, writer), 1);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return codec.read(reader, reader.record(slot, where));
        }
    }
}
