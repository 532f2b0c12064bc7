package dev.psyne.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * syscall(2) by FFM, for the calls the C library has no function of its own for. A record, since the JIT trusts a record's
 * fields never to change and inlines the calls.
 */
record LinuxSyscall(Numbers numbers, MethodHandle reporting, MethodHandle blocking, MethodHandle brief) {
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(StructLayout.PathElement.groupElement("errno"));
    private static final FunctionDescriptor SIX_ARGUMENTS = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    // Last: it needs the constants above.
    private static final Optional<LinuxSyscall> LINKED = link(Host.current());

    /** The numbers of one architecture's table. */
    record Numbers(long futex, long membarrier, long fcntl, long openat, long close) {}

    /** The call, if this is a Linux whose numbers are known and native access is allowed. */
    static Optional<LinuxSyscall> linked() {
        return LINKED;
    }

    private static Optional<LinuxSyscall> link(Host host) {
        if (!host.isLinux()) {
            return Optional.empty();
        }
        try {
            return numbers(host.architecture()).map(LinuxSyscall::link);
        } catch (IllegalCallerException denied) {
            return Optional.empty();
        }
    }

    private static LinuxSyscall link(Numbers numbers) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().findOrThrow("syscall");
        Linker.Option variadic = Linker.Option.firstVariadicArg(1);
        return new LinuxSyscall(
                numbers,
                linker.downcallHandle(symbol, SIX_ARGUMENTS, variadic, Linker.Option.captureCallState("errno")),
                linker.downcallHandle(symbol, SIX_ARGUMENTS, variadic),
                linker.downcallHandle(symbol, SIX_ARGUMENTS, variadic, Linker.Option.critical(false)));
    }

    /** Answers what the kernel answers: a result, or a negated errno. */
    long call(long number, long a, long b, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = (long) reporting.invokeExact(state, number, a, b, c, d, e, 0L);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** For a call that may block and whose outcome is seen elsewhere: -1 says only that it failed. */
    long callBlocking(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) blocking.invokeExact(number, a, b, c, d, e, 0L);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** For a call that returns within a microsecond or so: the thread does not leave Java's state for it. */
    long callBriefly(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) brief.invokeExact(number, a, b, c, d, e, 0L);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    private static Optional<Numbers> numbers(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> Optional.of(new Numbers(202, 324, 72, 257, 3));
            case "aarch64" -> Optional.of(new Numbers(98, 283, 25, 56, 57));
            default -> Optional.empty();
        };
    }

    /** A downcall declares Throwable; a system call raises nothing, so what comes is an error of the JVM. */
    private static Error unreachable(Throwable unexpected) {
        return unexpected instanceof Error error ? error : new AssertionError(unexpected);
    }
}
