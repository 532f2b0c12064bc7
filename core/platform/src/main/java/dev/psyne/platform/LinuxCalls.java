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

/**
 * Linux's system calls by FFM, through syscall(2) of the C library, so that no structure of a particular C library is
 * in the way. A failed call answers the negated errno, as the kernel does.
 */
final class LinuxCalls {
    private static final int MOST_ARGUMENTS = 6;
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

    private final String architecture;
    private final MethodHandle syscall;
    private final long pageBytes;

    private LinuxCalls(String architecture) {
        ValueLayout.OfLong aLong = ValueLayout.JAVA_LONG;
        this.architecture = architecture;
        syscall = link(
                "syscall",
                FunctionDescriptor.of(aLong, aLong, aLong, aLong, aLong, aLong, aLong, aLong),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
        pageBytes = readPageBytes(link("getpagesize", FunctionDescriptor.of(ValueLayout.JAVA_INT)));
    }

    private static final class Linked {
        static final LinuxCalls CALLS = new LinuxCalls(Host.current().architecture());
    }

    /**
     * The calls, linked once.
     *
     * @throws IllegalCallerException if native access is denied to this module
     * @throws NoSuchElementException if the C library lacks one of them
     */
    static LinuxCalls link() {
        try {
            return Linked.CALLS;
        } catch (ExceptionInInitializerError | NoClassDefFoundError failed) {
            // The second failure of an initialiser hides its cause, which a fresh attempt raises again.
            return new LinuxCalls(Host.current().architecture());
        }
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

    String architecture() {
        return architecture;
    }

    long pageBytes() {
        return pageBytes;
    }

    /** The call's answer, or a negated errno. Arguments not given are zero. */
    long call(SystemCall call, long... arguments) {
        long[] all = new long[MOST_ARGUMENTS];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        return invoke(call.number(architecture), all);
    }

    private long invoke(long number, long[] a) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = (long) syscall.invokeExact(state, number, a[0], a[1], a[2], a[3], a[4], a[5]);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
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
    static Error unreachable(Throwable unexpected) {
        return unexpected instanceof Error error ? error : new AssertionError(unexpected);
    }
}
