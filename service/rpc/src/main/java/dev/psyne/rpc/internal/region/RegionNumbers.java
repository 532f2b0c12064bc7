package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The regions that a node and its clients share, by numbers that are never used again. Any thread may call. */
final class RegionNumbers {
    /** Of one connection, its files too. */
    private static final int MAX_OF_OWNER = 256;

    private static final int MAX_REGIONS = 16_384;

    private record Entry(Known known, LinkRegions owner, boolean isClosedHere, Set<LinkRegions> takers) {}

    private final Map<Integer, Entry> entries = new HashMap<>();
    private int nextNumber = 1;

    /**
     * Adds a region.
     *
     * @param isClosedHere whether it is closed when it is removed
     * @throws IllegalStateException if there are too many
     */
    synchronized int add(LinkRegions owner, Region region, boolean isFile, boolean isClosedHere) {
        long ofOwner =
                entries.values().stream().filter(entry -> entry.owner == owner).count();
        if (ofOwner >= MAX_OF_OWNER || entries.size() >= MAX_REGIONS) {
            throw new IllegalStateException("there are " + entries.size() + " regions, " + ofOwner
                    + " of them this connection's; there may be " + MAX_REGIONS + " and " + MAX_OF_OWNER);
        }
        int number = nextNumber++;
        entries.put(number, new Entry(new Known(region, isFile), owner, isClosedHere, new HashSet<>()));
        return number;
    }

    /** For one who maps it, and is told when it ends. */
    synchronized @Nullable Known take(int number, LinkRegions taker) {
        Entry entry = entries.get(number);
        if (entry == null) {
            return null;
        }
        entry.takers.add(taker);
        return entry.known;
    }

    /** A region that its owner's own messages refer to. */
    synchronized @Nullable Known of(int number, LinkRegions owner) {
        Entry entry = entries.get(number);
        return entry == null || entry.owner != owner ? null : entry.known;
    }

    /** Ends one, if it is the owner's. */
    void remove(int number, LinkRegions owner) {
        Entry removed;
        synchronized (this) {
            Entry entry = entries.get(number);
            if (entry == null || entry.owner != owner) {
                return;
            }
            removed = entry;
            entries.remove(number);
        }
        removed.takers.forEach(taker -> taker.tellUnmapped(number));
        if (removed.isClosedHere) {
            removed.known.region().close();
        }
    }

    /** Ends all of an owner, and forgets what it has taken. */
    void removeAll(LinkRegions owner) {
        List<Integer> numbers;
        synchronized (this) {
            entries.values().forEach(entry -> entry.takers.remove(owner));
            numbers = entries.entrySet().stream()
                    .filter(entry -> entry.getValue().owner == owner)
                    .map(Map.Entry::getKey)
                    .toList();
        }
        numbers.forEach(number -> remove(number, owner));
    }
}
