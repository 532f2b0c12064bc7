package dev.psyne.memory;

import dev.psyne.platform.Pages;
import dev.psyne.platform.TransparentHugePages;
import dev.psyne.platform.VirtualMemory;
import java.util.Optional;

/** Regions of this process alone. */
final class AnonymousRegions {
    private AnonymousRegions() {}

    static Region build(RegionBuilder wanted) {
        VirtualMemory source = wanted.source != null ? wanted.source : VirtualMemory.automatic();
        boolean huge = wanted.hugePages != HugePages.NONE;
        Optional<Pages> reserved =
                huge ? source.mapReservedHugePages(wanted.bytes, wanted.alignment) : Optional.empty();
        // Only what is aligned to a huge page can be in one.
        long alignment = huge ? Math.max(wanted.alignment, TransparentHugePages.pageBytes()) : wanted.alignment;
        Pages pages = reserved.orElseGet(() -> source.map(wanted.bytes, alignment));
        try {
            RegionPlacer placer = new RegionPlacer(wanted, pages);
            placer.advise(reserved.isPresent(), TransparentHugePages.anonymous());
            return new Region(pages, 0, wanted.bytes, placer.place(), null);
        } catch (Throwable refused) {
            pages.release();
            throw refused;
        }
    }
}
