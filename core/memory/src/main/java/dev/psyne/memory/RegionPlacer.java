package dev.psyne.memory;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.memory.RegionPlacement.PageKind;
import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.NumaPolicy;
import dev.psyne.platform.Pages;
import dev.psyne.platform.TransparentHugePages;
import dev.psyne.platform.VirtualMemoryException;
import java.util.Set;

/** Puts pages where a builder wants them, and finds out what was got. First advise, then place; once each. */
final class RegionPlacer {
    private final RegionBuilder wanted;
    private final Pages pages;
    private final long hugeBytes = TransparentHugePages.pageBytes();
    private long hugeBefore;
    private PageKind kind = PageKind.ORDINARY;
    private Availability huge = new Unavailable("huge pages were not asked for", "hugePages(HugePages.TRY)");

    RegionPlacer(RegionBuilder wanted, Pages pages) {
        this.wanted = wanted;
        this.pages = pages;
    }

    /** What must be said before the first page is there: where pages go and how big they may be. */
    void advise(boolean reserved, Availability transparent) {
        refusingAs("NUMA policy " + wanted.numa, () -> pages.place(wanted.numa));
        if (reserved) {
            kind = PageKind.RESERVED;
            huge = new Available("reserved huge pages of " + hugeBytes + " bytes");
        } else if (wanted.hugePages != HugePages.NONE) {
            huge = pages.bytes() >= hugeBytes
                    ? transparent
                    : new Unavailable(
                            "the region is smaller than a huge page of " + hugeBytes + " bytes", "ask for more bytes");
            if (huge instanceof Available) {
                adviseHugePages();
            }
        }
    }

    private void adviseHugePages() {
        try {
            hugeBefore = pages.hugeBytes();
            pages.adviseHugePages();
        } catch (VirtualMemoryException refused) {
            huge = new Unavailable(String.valueOf(refused.getMessage()), "take regions of mmap(2) on Linux");
        }
    }

    /**
     * Lets huge pages come in by the mapping that asked for them: what the file system allocates by itself is ordinary
     * pages. Where the kernel cannot, nothing is lost, since the file system fills what is missing or says that it is full.
     */
    void populateByMapping() {
        if (huge instanceof Available && !pages.tryPopulate(0, pages.bytes())) {
            huge = new Unavailable(
                    "not all of the region could be brought into memory by its mapping",
                    "use Linux 5.14 or later, and a file system with room");
        }
    }

    /** Brings into memory what shall be there, locks it, and looks. */
    RegionPlacement place() {
        if (wanted.prefault != null) {
            Prefault.run(pages, wanted.prefault);
        }
        confirmHugePages();
        Set<Integer> nodes = confirmNodes();
        if (wanted.isLocked) {
            refusingAs("locked memory", pages::lock);
        }
        return new RegionPlacement(kind, huge, nodes, wanted.isLocked, wanted.prefault != null || wanted.isLocked);
    }

    private void confirmHugePages() {
        if (kind == PageKind.ORDINARY && huge instanceof Available) {
            pages.populate(0, hugeBytes);
            if (pages.hugeBytes() > hugeBefore) {
                kind = PageKind.TRANSPARENT;
            } else {
                huge = new Unavailable(
                        "the kernel gave no huge page though its settings allow it: memory may be fragmented",
                        "as root: echo 1 > /proc/sys/vm/compact_memory");
            }
        }
        if (wanted.hugePages == HugePages.REQUIRE && huge instanceof Unavailable(String why, String cure)) {
            throw new RegionException(
                    Reason.PLACEMENT, "huge pages are required and not to be had: " + why + "; " + cure, null);
        }
    }

    private Set<Integer> confirmNodes() {
        boolean placed = wanted.numa.mode() != NumaPolicy.Mode.FIRST_TOUCH;
        if (placed) {
            // Where nothing is in memory yet there is nothing to ask for.
            pages.populate(0, 1);
        }
        Set<Integer> nodes = pages.nodes();
        if (placed && !wanted.numa.nodes().containsAll(nodes)) {
            throw new RegionException(
                    Reason.PLACEMENT,
                    "pages are on NUMA nodes " + nodes + ", wanted " + wanted.numa
                            + "; another process may have placed them: let the one that creates the region bind it",
                    null);
        }
        return nodes;
    }

    private static void refusingAs(String what, Runnable call) {
        try {
            call.run();
        } catch (VirtualMemoryException refused) {
            throw new RegionException(Reason.PLACEMENT, what + ": " + refused.getMessage(), refused);
        }
    }
}
