package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;

/** Huge pages, reserved (hugetlbpage) or transparent (transhuge of the kernel's admin guide). */
final class HugePagesProbe {
    private static final String MEMINFO = "proc/meminfo";
    private static final String TRANSPARENT = "sys/kernel/mm/transparent_hugepage/enabled";

    private HugePagesProbe() {}

    static Availability probe(Host host) {
        if (!host.isLinux()) {
            return new Unavailable("huge pages are asked for on Linux only", "nothing to do: ordinary pages are used");
        }
        long reserved = host.number(MEMINFO, "HugePages_Total").orElse(0);
        String transparent = transparentMode(host);
        if (reserved == 0 && (transparent.equals("never") || transparent.equals("absent"))) {
            return new Unavailable(
                    "no huge page is reserved and transparent huge pages are " + transparent,
                    "as root: echo madvise > /" + TRANSPARENT);
        }
        String size = host.value(MEMINFO, "Hugepagesize").orElse("unknown size");
        return new Available(reserved + " reserved of " + size + ", transparent: " + transparent);
    }

    /** The word in brackets, as in {@code always [madvise] never}. */
    private static String transparentMode(Host host) {
        String line = host.lines(TRANSPARENT).stream().findFirst().orElse("");
        int open = line.indexOf('[');
        int close = line.indexOf(']');
        return open >= 0 && close > open ? line.substring(open + 1, close) : "absent";
    }
}
