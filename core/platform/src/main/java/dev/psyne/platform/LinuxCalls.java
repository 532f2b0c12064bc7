package dev.psyne.platform;

import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The few calls of Linux's C library in use, linked by FFM. A failed call answers the negated errno, as the kernel does. */
final class LinuxCalls {
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int NO_FILE = -1;
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle syscall;
    private final long pageBytes;

    private LinuxCalls() {
        ValueLayout.OfLong aLong = ValueLayout.JAVA_LONG;
        ValueLayout.OfInt anInt = ValueLayout.JAVA_INT;
        Linker.Option errno = Linker.Option.captureCallState("errno");
        mmap = link("mmap", FunctionDescriptor.of(aLong, aLong, aLong, anInt, anInt, anInt, aLong), errno);
        munmap = link("munmap", FunctionDescriptor.of(anInt, aLong, aLong), errno);
        syscall = link(
                "syscall",
                FunctionDescriptor.of(aLong, aLong, ValueLayout.ADDRESS, anInt, anInt, aLong, aLong, anInt),
                errno,
                Linker.Option.firstVariadicArg(1));
        pageBytes = readPageBytes(link("getpagesize", FunctionDescriptor.of(anInt)));
    }

    /**
     * Links the calls.
     *
     * @throws IllegalCallerException if native access is denied to this module
     * @throws NoSuchElementException if the C library lacks one of them
     */
    static LinuxCalls link() {
        return new LinuxCalls();
    }

    /** What a probe finds with the calls, or why there are none. */
    static Availability tryWith(Host host, Function<LinuxCalls, Availability> probe) {
        if (!host.isLinux()) {
            return new Unavailable(
                    "system calls are made on Linux only, this is " + host.system(),
                    "nothing to do: the fallback is used");
        }
        try {
            return probe.apply(link());
        } catch (IllegalCallerException denied) {
            return new Unavailable(
                    "native access is denied: " + denied.getMessage(),
                    "start java with --enable-native-access=ALL-UNNAMED,dev.psyne.platform,dev.psyne.memory");
        } catch (NoSuchElementException missing) {
            return new Unavailable(
                    "the C library lacks a call: " + missing.getMessage(), "use a C library with the calls of POSIX");
        }
    }

    long pageBytes() {
        return pageBytes;
    }

    /** Fresh zeroed pages for this process alone: their address, or a negated errno. */
    long mapAnonymous(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long address =
                    (long) mmap.invokeExact(state, 0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, NO_FILE, 0L);
            return address == -1 ? -(int) ERRNO.get(state, 0L) : address;
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** Gives pages back: 0, or a negated errno. */
    int unmap(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) munmap.invokeExact(state, address, bytes);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** futex(2) without timeout or second word: its answer, or a negated errno. */
    int futex(int number, MemorySegment word, int operation, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = (long) syscall.invokeExact(state, (long) number, word, operation, value, 0L, 0L, 0);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : (int) result;
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    private static MethodHandle link(String name, FunctionDescriptor function, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().find(name).orElseThrow(() -> new NoSuchElementException(name));
        return linker.downcallHandle(symbol, function, options);
    }

    private static long readPageBytes(MethodHandle getpagesize) {
        try {
            return (int) getpagesize.invokeExact();
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** A downcall declares Throwable; these C functions raise nothing, so what comes is an error of the JVM. */
    private static Error unreachable(Throwable unexpected) {
        return unexpected instanceof Error error ? error : new AssertionError(unexpected);
    }
}
