package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Type;

/** Values of fixed size, boxed. */
enum ScalarCodec implements ValueCodec {
    BOOL(Type.Scalar.BOOL, boolean.class, Boolean.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.bool(slot, (boolean) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.bool(slot, where);
        }
    },
    I8(Type.Scalar.I8, byte.class, Byte.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.i8(slot, (byte) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.i8(slot);
        }
    },
    I16(Type.Scalar.I16, short.class, Short.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.i16(slot, (short) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.i16(slot);
        }
    },
    I32(Type.Scalar.I32, int.class, Integer.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.i32(slot, (int) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.i32(slot);
        }
    },
    I64(Type.Scalar.I64, long.class, Long.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.i64(slot, (long) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.i64(slot);
        }
    },
    F32(Type.Scalar.F32, float.class, Float.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.f32(slot, (float) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.f32(slot);
        }
    },
    F64(Type.Scalar.F64, double.class, Double.class) {
        @Override
        public void write(MessageWriter writer, long slot, Object value, String where) {
            writer.f64(slot, (double) value);
        }

        @Override
        public Object read(MessageReader reader, long slot, String where) {
            return reader.f64(slot);
        }
    };

    private final Type.Scalar type;
    private final Class<?> primitive;
    private final Class<?> boxed;

    ScalarCodec(Type.Scalar type, Class<?> primitive, Class<?> boxed) {
        this.type = type;
        this.primitive = primitive;
        this.boxed = boxed;
    }

    static ScalarCodec of(Type.Scalar type) {
        return switch (type) {
            case BOOL -> BOOL;
            case I8 -> I8;
            case I16 -> I16;
            case I32 -> I32;
            case I64 -> I64;
            case F32 -> F32;
            case F64 -> F64;
        };
    }

    Type.Scalar type() {
        return type;
    }

    /** The Java type of a field that is always there. */
    Class<?> primitive() {
        return primitive;
    }

    /** The Java type of a value in a list, or of an optional field. */
    Class<?> boxed() {
        return boxed;
    }

    @Override
    public int slotBytes() {
        return type.bytes();
    }

    @Override
    public int alignment() {
        return type.bytes();
    }
}
