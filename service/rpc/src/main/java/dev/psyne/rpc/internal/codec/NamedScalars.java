package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Type;
import org.jspecify.annotations.Nullable;

/** Numbers of MessagePack, which are long or double, as the types of a schema. */
final class NamedScalars {
    private NamedScalars() {}

    static Object value(Type.Scalar type, @Nullable Object named, String where) {
        return switch (type) {
            case BOOL -> NamedValues.require(Boolean.class, named, where);
            case I8 -> (byte) whole(named, Byte.MIN_VALUE, Byte.MAX_VALUE, type, where);
            case I16 -> (short) whole(named, Short.MIN_VALUE, Short.MAX_VALUE, type, where);
            case I32 -> (int) whole(named, Integer.MIN_VALUE, Integer.MAX_VALUE, type, where);
            case I64 -> whole(named, Long.MIN_VALUE, Long.MAX_VALUE, type, where);
            case F32 -> (float) real(named, where);
            case F64 -> real(named, where);
        };
    }

    /** A number of 32 bits without a sign. */
    static int u32(@Nullable Object named, String where) {
        if (named instanceof Long number && number >>> Integer.SIZE == 0) {
            return number.intValue();
        }
        throw new BrokenMessageException(where, "is no u32");
    }

    private static long whole(@Nullable Object named, long least, long most, Type.Scalar type, String where) {
        if (named instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw new BrokenMessageException(where, "is no " + type.word());
    }

    private static double real(@Nullable Object named, String where) {
        return switch (named) {
            case Double number -> number;
            case Long number -> number;
            case null, default -> throw new BrokenMessageException(where, "is no number");
        };
    }
}
