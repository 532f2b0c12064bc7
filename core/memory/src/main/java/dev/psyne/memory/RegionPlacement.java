package dev.psyne.memory;

import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.Set;

/**
 * Where a region's memory was put when it was built, beside what was asked for.
 *
 * @param pages the kind of pages
 * @param hugePages what was got of huge pages; or why none, and the cure
 * @param nodes the NUMA nodes of pages spread over the region that were in memory by then; empty if none was, or the
 *     system does not tell
 * @param isLocked whether it stays in memory
 * @param isPrefaulted whether all of it was brought into memory
 */
public record RegionPlacement(
        PageKind pages, Availability hugePages, Set<Integer> nodes, boolean isLocked, boolean isPrefaulted) {

    /** The kinds of pages. */
    public enum PageKind {
        /** Pages of the system's usual size. */
        ORDINARY,
        /** Huge pages that the kernel makes as it finds them; at least one was seen. */
        TRANSPARENT,
        /** Huge pages that the owner of the machine reserved; all of the region is in such. */
        RESERVED
    }

    /** One line for a person to read. */
    public String describe() {
        String huge = switch (hugePages) {
            case Available(String what) -> what;
            case Unavailable(String why, String cure) -> "ordinary pages: " + why + " (" + cure + ")";
        };
        return huge
                + (nodes.isEmpty() ? "" : ", NUMA nodes " + nodes)
                + (isLocked ? ", locked" : "")
                + (isPrefaulted ? ", prefaulted" : "");
    }
}
