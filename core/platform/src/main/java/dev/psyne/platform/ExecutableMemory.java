package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Pages for machine code of our own: written first, then made executable and read-only (mmap(2), mprotect(2)), never both
 * at once. On Linux and x86-64 only. Thread-safe.
 *
 * <p>{@value #PROPERTY} set to {@code refused} makes this process do without, as on a machine that allows no such page.
 */
public final class ExecutableMemory {
    /** The system property that decides: {@code automatic} or {@code refused}. */
    public static final String PROPERTY = "dev.psyne.executableMemory";

    /** The most bytes of code loaded at once (1 MiB). */
    public static final int MAX_BYTES = 1 << 20;

    private static final int PROT_READ_EXECUTE = 1 | 4;
    private static final byte RETURN = (byte) 0xc3;
    private static final String FALLBACK = "; until then the Vector API computes instead";

    private final Protection protection;
    private final Availability availability;

    /** Changes what may be done with pages, as mprotect(2) does. */
    @FunctionalInterface
    interface Protection {
        long protect(long address, long bytes, int flags);
    }

    private static final class Chosen {
        static final ExecutableMemory MEMORY = of(Host.current(), System.getProperty(PROPERTY, "automatic"));
    }

    ExecutableMemory(Host host, Protection protection) {
        this.protection = protection;
        this.availability = probe(host);
    }

    private ExecutableMemory(Unavailable refused) {
        this.protection = (_, _, _) -> -Errno.EPERM;
        this.availability = refused;
    }

    /** The pages of this process, or their refusal: chosen once. */
    public static ExecutableMemory automatic() {
        return Chosen.MEMORY;
    }

    /** Refuses every page, for a test of what then happens. */
    public static ExecutableMemory refused() {
        return new ExecutableMemory(
                new Unavailable("executable pages are switched off", "start java without -D" + PROPERTY + "=refused"));
    }

    static ExecutableMemory of(Host host, String choice) {
        return switch (choice) {
            case "automatic" ->
                new ExecutableMemory(
                        host,
                        (address, bytes, flags) -> LinuxCalls.link().call(SystemCall.MPROTECT, address, bytes, flags));
            case "refused" -> refused();
            default ->
                throw new IllegalArgumentException(PROPERTY + " is '" + choice + "'; it may be automatic or refused");
        };
    }

    /** Whether code can be loaded here. */
    public Availability availability() {
        return availability;
    }

    private Availability probe(Host host) {
        if (!List.of("amd64", "x86_64").contains(host.architecture())) {
            return new Unavailable(
                    "machine code is made for x86-64 only, this is " + host.architecture(),
                    "nothing to do: the Vector API computes instead");
        }
        return LinuxCalls.tryWith(host, _ -> {
            try (Arena arena = Arena.ofConfined()) {
                link(map(new byte[] {RETURN}, arena), FunctionDescriptor.ofVoid())
                        .invokeExact();
                return new Available("written, then executable");
            } catch (VirtualMemoryException refused) {
                return new Unavailable(
                        String.valueOf(refused.getMessage()),
                        "allow mprotect(PROT_EXEC) in the seccomp profile, SELinux (execmem) or service settings"
                                + " (MemoryDenyWriteExecute) of this process" + FALLBACK);
            } catch (Throwable unexpected) {
                throw LinuxCalls.unreachable(unexpected);
            }
        });
    }

    /**
     * Loads code that may lie anywhere. The answer is where it begins; it is unmapped when the arena is closed, until
     * which nothing can write it.
     *
     * @param code 1 to {@value #MAX_BYTES} bytes
     * @throws UnsupportedOperationException where that cannot be had; {@link #availability()} says why
     * @throws VirtualMemoryException if the system refuses it now
     */
    public MemorySegment load(byte[] code, Arena owner) {
        if (code.length == 0 || code.length > MAX_BYTES) {
            throw new IllegalArgumentException(code.length + " bytes of code; it may be 1 to " + MAX_BYTES);
        }
        if (availability instanceof Unavailable(String why, String cure)) {
            throw new UnsupportedOperationException(why + "; " + cure);
        }
        return map(code, owner);
    }

    private MemorySegment map(byte[] code, Arena owner) {
        Pages pages = new MmapMemory(LinuxCalls.link()).map(code.length, 1);
        try {
            try (Arena writing = Arena.ofConfined()) {
                MemorySegment.copy(code, 0, pages.view(writing), ValueLayout.JAVA_BYTE, 0, code.length);
            }
            long result = protection.protect(pages.address(), code.length, PROT_READ_EXECUTE);
            if (result != 0) {
                throw new VirtualMemoryException(
                        "mprotect of " + code.length + " bytes to be executable failed with " + Errno.name(result));
            }
            return MemorySegment.ofAddress(pages.address())
                    .asReadOnly()
                    .reinterpret(code.length, owner, _ -> pages.release());
        } catch (Throwable failed) {
            pages.release();
            throw failed;
        }
    }

    /**
     * A handle that calls loaded code, by the System V ABI. The thread stays in Java's state, so that a call costs a few
     * nanoseconds: the code must be back within microseconds and neither block nor call Java.
     *
     * @param entry from {@link #load}, or a slice of it
     */
    public static MethodHandle link(MemorySegment entry, FunctionDescriptor function) {
        return Linker.nativeLinker().downcallHandle(entry, function, Linker.Option.critical(false));
    }

    /**
     * As {@link #link}, for code that is given arrays too: a segment of an array may be passed as an address, and is where
     * it is until the call is back. Some ten nanoseconds more a call.
     */
    public static MethodHandle linkWithArrays(MemorySegment entry, FunctionDescriptor function) {
        return Linker.nativeLinker().downcallHandle(entry, function, Linker.Option.critical(true));
    }
}
