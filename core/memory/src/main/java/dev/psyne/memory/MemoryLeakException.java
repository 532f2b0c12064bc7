package dev.psyne.memory;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown by the close of an allocator that tracks leaks: blocks that were never freed. The allocator is closed. */
public final class MemoryLeakException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int NAMED = 20;

    private final transient List<Leak> leaks;

    /**
     * A block that was never freed.
     *
     * @param address where it lies
     * @param bytes what was asked for
     * @param allocatedBy the stack of its allocation
     */
    public record Leak(long address, long bytes, List<StackTraceElement> allocatedBy) {
        /** Copies the stack. */
        public Leak {
            allocatedBy = List.copyOf(allocatedBy);
        }

        @Override
        public String toString() {
            return "0x%x, %d bytes, allocated at %s"
                    .formatted(
                            address,
                            bytes,
                            allocatedBy.stream()
                                    .map(StackTraceElement::toString)
                                    .collect(Collectors.joining("\n      at ")));
        }
    }

    MemoryLeakException(List<Leak> leaks) {
        super(leaks.size() + " blocks were never freed"
                + leaks.stream().limit(NAMED).map(leak -> "\n  " + leak).collect(Collectors.joining())
                + (leaks.size() > NAMED ? "\n  and " + (leaks.size() - NAMED) + " more" : ""));
        this.leaks = List.copyOf(leaks);
    }

    /** Every block that was never freed, by address. */
    public List<Leak> leaks() {
        return leaks;
    }
}
