package dev.psyne.memory;

import dev.psyne.memory.MemoryLeakException.Leak;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers for every block that has a holder where it was allocated. */
final class LeakTracker {
    private static final StackWalker WALKER = StackWalker.getInstance();

    private final ConcurrentHashMap<Long, Leak> live = new ConcurrentHashMap<>();

    void allocated(long address, long bytes) {
        List<StackTraceElement> stack = WALKER.walk(frames -> frames.dropWhile(
                        frame -> frame.getClassName().equals(RegionAllocator.class.getName())
                                || frame.getClassName().equals(LeakTracker.class.getName()))
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
        live.put(address, new Leak(address, bytes, stack));
    }

    void freed(long address) {
        live.remove(address);
    }

    List<Leak> leaks() {
        return live.values().stream()
                .sorted(Comparator.comparingLong(Leak::address))
                .toList();
    }
}
