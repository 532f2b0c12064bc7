package dev.psyne.platform;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * One system call without its errno, where each nanosecond of it counts. A record, since the JIT trusts a record's fields
 * never to change and inlines the calls.
 *
 * @param number the call's number
 * @param blocking for a call that may block
 * @param brief for one that returns within a microsecond or so: the thread does not leave Java's state for it
 */
record BareSystemCall(long number, MethodHandle blocking, MethodHandle brief) {
    private static final FunctionDescriptor FIVE_ARGUMENTS = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    /** The call, if this is a Linux that has it and native access is allowed. */
    static Optional<BareSystemCall> link(SystemCall call) {
        Host host = Host.current();
        if (!host.isLinux()) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            MemorySegment symbol = linker.defaultLookup().findOrThrow("syscall");
            Linker.Option variadic = Linker.Option.firstVariadicArg(1);
            return Optional.of(new BareSystemCall(
                    call.number(host.architecture()),
                    linker.downcallHandle(symbol, FIVE_ARGUMENTS, variadic),
                    linker.downcallHandle(symbol, FIVE_ARGUMENTS, variadic, Linker.Option.critical(false))));
        } catch (IllegalCallerException | NoSuchElementException missing) {
            return Optional.empty();
        }
    }

    /** Makes the call; -1 says only that it failed. */
    long callBlocking(long a, long b, long c, long d) {
        try {
            return (long) blocking.invokeExact(number, a, b, c, d);
        } catch (Throwable unexpected) {
            throw LinuxCalls.unreachable(unexpected);
        }
    }

    /** Makes the call; -1 says only that it failed. */
    long callBriefly(long a, long b, long c, long d) {
        try {
            return (long) brief.invokeExact(number, a, b, c, d);
        } catch (Throwable unexpected) {
            throw LinuxCalls.unreachable(unexpected);
        }
    }
}
