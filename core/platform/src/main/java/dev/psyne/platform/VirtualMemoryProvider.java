package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.VirtualMemory.Choice;
import java.util.Locale;

/** Chooses the variant of {@link VirtualMemory}, and checks what every variant is asked. */
final class VirtualMemoryProvider {
    private VirtualMemoryProvider() {}

    private static final class Chosen {
        static final VirtualMemory MEMORY = of(parse(System.getProperty(VirtualMemory.PROPERTY, "automatic")));
    }

    static VirtualMemory chosen() {
        return Chosen.MEMORY;
    }

    static VirtualMemory of(Choice choice) {
        if (choice == Choice.ARENA) {
            return new ArenaMemory();
        }
        return switch (mmap(Host.current())) {
            case Available _ -> new MmapMemory(LinuxCalls.link());
            case Unavailable missing -> {
                if (choice == Choice.MMAP) {
                    throw new IllegalArgumentException("mmap cannot be used: " + missing.why() + "; " + missing.cure());
                }
                yield new ArenaMemory();
            }
        };
    }

    static Choice parse(String name) {
        for (Choice choice : Choice.values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(name)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(
                VirtualMemory.PROPERTY + " is '" + name + "'; it may be automatic, mmap or arena");
    }

    static Availability probe(Host host) {
        return mmap(host);
    }

    static void check(long bytes, long alignment) {
        if (bytes < 1 || bytes > VirtualMemory.MAX_BYTES) {
            throw new IllegalArgumentException("bytes is " + bytes + "; it may be 1 to " + VirtualMemory.MAX_BYTES);
        }
        if (Long.bitCount(alignment) != 1 || alignment < 1 || alignment > VirtualMemory.MAX_ALIGNMENT) {
            throw new IllegalArgumentException("alignment is " + alignment + "; it must be a power of two of at most "
                    + VirtualMemory.MAX_ALIGNMENT);
        }
    }

    /** Whether mapping works, by mapping one page and giving it back. */
    private static Availability mmap(Host host) {
        return LinuxCalls.tryWith(host, calls -> {
            try {
                new MmapMemory(calls).map(1, 1).release();
                return new Available("mmap");
            } catch (VirtualMemoryException refused) {
                return new Unavailable(
                        String.valueOf(refused.getMessage()),
                        "raise the limit of memory (ulimit -v) or allow mmap and munmap in the seccomp profile");
            }
        });
    }
}
