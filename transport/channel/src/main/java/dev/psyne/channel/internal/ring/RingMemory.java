package dev.psyne.channel.internal.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Every load and store of the ring protocols, by bare address and little endian. The one segment is a constant, so that an
 * access compiles to a single instruction; nothing here guards against an address that is not mapped: whoever calls holds
 * a lease of the region and has checked what it computed the address from.
 */
final class RingMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** For plain accesses: every address here is aligned, and this handle does not check it each time. */
    private static final VarHandle PLAIN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private RingMemory() {}

    static long get(long address) {
        return (long) PLAIN_LONG.get(ALL, address);
    }

    static long getAcquire(long address) {
        return (long) LONG.getAcquire(ALL, address);
    }

    static long getVolatile(long address) {
        return (long) LONG.getVolatile(ALL, address);
    }

    static int getInt(long address) {
        return (int) INT.getAcquire(ALL, address);
    }

    static void put(long address, long value) {
        StoreHook.beforeStore();
        PLAIN_LONG.set(ALL, address, value);
    }

    static void putRelease(long address, long value) {
        StoreHook.beforeStore();
        LONG.setRelease(ALL, address, value);
    }

    static void putInt(long address, int value) {
        StoreHook.beforeStore();
        INT.setRelease(ALL, address, value);
    }

    static int getAndSetInt(long address, int value) {
        StoreHook.beforeStore();
        return (int) INT.getAndSet(ALL, address, value);
    }

    static void addInt(long address, int value) {
        StoreHook.beforeStore();
        INT.getAndAdd(ALL, address, value);
    }

    static boolean compareAndSet(long address, long expected, long value) {
        StoreHook.beforeStore();
        return LONG.compareAndSet(ALL, address, expected, value);
    }

    /** Sets bits and returns what was there before. */
    static long getAndOr(long address, long bits) {
        StoreHook.beforeStore();
        return (long) LONG.getAndBitwiseOr(ALL, address, bits);
    }

    static void and(long address, long bits) {
        StoreHook.beforeStore();
        LONG.getAndBitwiseAnd(ALL, address, bits);
    }
}
