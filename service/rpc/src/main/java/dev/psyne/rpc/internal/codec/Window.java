package dev.psyne.rpc.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The first bytes of a message on the Java heap. Where most of the small values lie, an array costs a bounds check; a
 * segment, of which the compiler does not know whether it is mapped, native or an array, costs calls that cannot be inlined as
 * soon as a program uses all three. It is one copy for the many accesses, and what a peer writes behind it changes nothing.
 */
final class Window {
    /** Bytes: more make the copy cost more than the accesses. */
    static final int BYTES = 512;

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private Window() {}

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN)
                .withInvokeExactBehavior();
    }

    static short i16(byte[] window, long at) {
        return (short) SHORT.get(window, (int) at);
    }

    static int i32(byte[] window, long at) {
        return (int) INT.get(window, (int) at);
    }

    static long i64(byte[] window, long at) {
        return (long) LONG.get(window, (int) at);
    }

    static float f32(byte[] window, long at) {
        return (float) FLOAT.get(window, (int) at);
    }

    static double f64(byte[] window, long at) {
        return (double) DOUBLE.get(window, (int) at);
    }

    static void i16(byte[] window, long at, short value) {
        SHORT.set(window, (int) at, value);
    }

    static void i32(byte[] window, long at, int value) {
        INT.set(window, (int) at, value);
    }

    static void i64(byte[] window, long at, long value) {
        LONG.set(window, (int) at, value);
    }

    static void f32(byte[] window, long at, float value) {
        FLOAT.set(window, (int) at, value);
    }

    static void f64(byte[] window, long at, double value) {
        DOUBLE.set(window, (int) at, value);
    }
}
