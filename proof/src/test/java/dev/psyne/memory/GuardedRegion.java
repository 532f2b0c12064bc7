package dev.psyne.memory;

import dev.psyne.memory.RegionPlacement.PageKind;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.GuardedPages;
import dev.psyne.platform.Pages;
import java.util.Set;

/** Regions whose neighbours in memory must not be touched. */
public final class GuardedRegion {
    private static final RegionPlacement PLACEMENT =
            new RegionPlacement(PageKind.ORDINARY, new Available("guarded pages"), Set.of(), false, false);

    private GuardedRegion() {}

    /** Guarded pages, to be used by one region after the other. */
    public static Pages pages(long bytes) {
        return GuardedPages.map(bytes);
    }

    /** A region over all of the pages; closing it unmaps them. */
    public static Region of(Pages pages) {
        return new Region(pages, 0, pages.bytes(), PLACEMENT, null);
    }
}
