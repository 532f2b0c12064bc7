package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A tensor: a header, and its elements at a multiple of 64 of the message, or somewhere in a region.
 *
 * <pre>
 *  0      1      2       4       8             8 + 8 rank    16 + 8 rank    24 + 8 rank
 * +------+------+-------+-------+-------------+-------------+--------------+
 * | type | rank | flags | lease | dimensions  | data at     | data bytes   |
 * +------+------+-------+-------+-------------+-------------+--------------+
 * </pre>
 *
 * @param element null if it may be any
 */
record TensorCodec(@Nullable ElementType element) implements ValueCodec {
    static final int MAX_RANK = 8;
    private static final int RANK_AT = 1;
    private static final int FLAGS_AT = 2;
    private static final int LEASE_AT = 4;
    private static final int DIMENSIONS_AT = 8;
    private static final int REFERENCE = 1;

    private static int headerBytes(int rank) {
        return DIMENSIONS_AT + (rank + 2) * Long.BYTES;
    }

    @Override
    public void write(MessageWriter writer, long slot, Object value, String where) {
        Tensor tensor = (Tensor) value;
        int rank = tensor.shape().rank();
        if (element != null && tensor.type() != element) {
            throw new IllegalArgumentException(where + ": is " + tensor + "; it must be of " + element);
        }
        if (rank > MAX_RANK) {
            throw new IllegalArgumentException(where + ": the rank of " + tensor + " is above " + MAX_RANK);
        }
        long bytes = tensor.segment().byteSize();
        long at = writer.table(headerBytes(rank), MessageLayout.PART_ALIGNMENT, where);
        writer.slot(slot, at, rank);
        writer.i8(at, (byte) tensor.type().code());
        writer.i8(at + RANK_AT, (byte) rank);
        long word = at + DIMENSIONS_AT;
        for (int axis = 0; axis < rank; axis++, word += Long.BYTES) {
            writer.i64(word, tensor.shape().dimension(axis));
        }
        writer.i64(word + Long.BYTES, bytes);
        MessageReferences.Place place = writer.references().place(tensor);
        if (place == null) {
            long data = writer.room(bytes, MessageLayout.MESSAGE_ALIGNMENT, where);
            MemorySegment.copy(tensor.segment(), 0, writer.segment(), data, bytes);
            writer.i64(word, data);
        } else {
            writer.i16(at + FLAGS_AT, (short) REFERENCE);
            writer.i32(at + LEASE_AT, place.lease());
            writer.i64(word, place.offset());
        }
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        long place = reader.i64(slot);
        long rank = MessageLayout.count(place);
        check(rank <= MAX_RANK, where, "rank", rank);
        long at = reader.place(MessageLayout.at(place), headerBytes((int) rank), MessageLayout.PART_ALIGNMENT, where);
        check(reader.i8(at + RANK_AT) == rank, where, "rank", reader.i8(at + RANK_AT));
        ElementType type = type(reader.i8(at), where);
        Shape shape = shape(reader, at, (int) rank, where);
        long word = at + DIMENSIONS_AT + rank * Long.BYTES;
        long data = reader.i64(word);
        long bytes = reader.i64(word + Long.BYTES);
        check(bytes == bytes(shape, type, where), where, "data bytes", bytes);
        int flags = reader.i16(at + FLAGS_AT);
        int lease = reader.i32(at + LEASE_AT);
        check((flags & ~REFERENCE) == 0, where, "flags", flags);
        if (flags == REFERENCE) {
            return Tensor.of(reader.elements(lease, data, bytes, where), type, shape);
        }
        check(lease == 0, where, "the lease of a tensor in the message", lease);
        long begin = reader.place(data, bytes, MessageLayout.MESSAGE_ALIGNMENT, where);
        return Tensor.of(reader.segment().asSlice(begin, bytes).asReadOnly(), type, shape);
    }

    private ElementType type(byte code, String where) {
        ElementType type;
        try {
            type = ElementType.ofCode(code);
        } catch (IllegalArgumentException unknown) {
            throw new BrokenMessageException(where, String.valueOf(unknown.getMessage()));
        }
        if (element != null && type != element) {
            throw new BrokenMessageException(where, "the tensor is of " + type + "; it must be of " + element);
        }
        return type;
    }

    private static Shape shape(MessageReader reader, long at, int rank, String where) {
        int[] dimensions = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            long dimension = reader.i64(at + DIMENSIONS_AT + (long) axis * Long.BYTES);
            check(dimension >= 0 && dimension <= Integer.MAX_VALUE, where, "dimension " + axis, dimension);
            dimensions[axis] = (int) dimension;
        }
        try {
            return Shape.of(dimensions);
        } catch (IllegalArgumentException tooMany) {
            throw new BrokenMessageException(where, String.valueOf(tooMany.getMessage()));
        }
    }

    private static long bytes(Shape shape, ElementType type, String where) {
        try {
            return shape.bytes(type);
        } catch (IllegalArgumentException tooMany) {
            throw new BrokenMessageException(where, String.valueOf(tooMany.getMessage()));
        }
    }

    private static void check(boolean holds, String where, String what, long found) {
        if (!holds) {
            throw new BrokenMessageException(where, what + " is " + found);
        }
    }
}
