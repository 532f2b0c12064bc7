package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;

/** Huge pages, reserved (hugetlbpage) or transparent (transhuge of the kernel's admin guide). */
final class HugePagesProbe {
    private static final String MEMINFO = "proc/meminfo";
    private static final String TRANSPARENT = "sys/kernel/mm/transparent_hugepage/enabled";

    private static final long USUAL_BYTES = 2L << 20;

    private HugePagesProbe() {}

    /** Size in bytes of a huge page: of the reserved ones, and of the transparent ones that matter. */
    static long pageBytes(Host host) {
        return host.bytesOf(MEMINFO, "Hugepagesize").orElse(USUAL_BYTES);
    }

    static Availability probe(Host host) {
        if (!host.isLinux()) {
            return new Unavailable("huge pages are asked for on Linux only", "nothing to do: ordinary pages are used");
        }
        long reserved = host.number(MEMINFO, "HugePages_Total").orElse(0);
        String transparent = TransparentHugePages.mode(host, "enabled");
        if (reserved == 0 && (transparent.equals("never") || transparent.equals("absent"))) {
            return new Unavailable(
                    "no huge page is reserved and transparent huge pages are " + transparent,
                    "as root: echo madvise > /" + TRANSPARENT);
        }
        String size = host.value(MEMINFO, "Hugepagesize").orElse("unknown size");
        return new Available(reserved + " reserved of " + size + ", transparent: " + transparent);
    }
}
