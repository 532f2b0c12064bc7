package dev.psyne.rpc.internal.schema;

import dev.psyne.tensor.ElementType;
import org.jspecify.annotations.Nullable;

/** The type of a field, an item of a stream or a result. Immutable. */
public sealed interface Type {
    /** A value of fixed size. */
    enum Scalar implements Type {
        BOOL("bool", 1),
        I8("i8", 1),
        I16("i16", 2),
        I32("i32", 4),
        I64("i64", 8),
        F32("f32", 4),
        F64("f64", 8);

        private final String word;
        private final int bytes;

        Scalar(String word, int bytes) {
            this.word = word;
            this.bytes = bytes;
        }

        /** Its word in the language. */
        public String word() {
            return word;
        }

        /** Bytes of one value. */
        public int bytes() {
            return bytes;
        }
    }

    /** UTF-8 text. */
    record Text() implements Type {}

    /** Bytes without a meaning here. */
    record Bytes() implements Type {}

    /**
     * A tensor.
     *
     * @param element null if it may be any
     */
    record TensorOf(@Nullable ElementType element) implements Type {}

    /** Values in an order. */
    record ListOf(Type element) implements Type {}

    /** Values by text. */
    record MapOf(Type value) implements Type {}

    /** A function of the sender that the receiver may call. */
    record Callback(Type argument, Type result) implements Type {}

    /** A record or an enum of the same schema, by its name. */
    record Named(String name) implements Type {}
}
