package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Huge pages, reserved (hugetlbpage of the kernel's admin guide) or transparent: what each kind of region would get, and
 * what would give more.
 */
final class HugePagesProbe {
    private static final String MEMINFO = "proc/meminfo";
    private static final String AS_ROOT_MORE = ", more as root: ";
    private static final long USUAL_BYTES = 2L << 20;
    private static final List<String> GIVING = List.of("always", "within_size", "advise");

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
        boolean transparent = TransparentHugePages.anonymous(host) instanceof Available;
        String tmpfs = TransparentHugePages.mounts(host).stream()
                .filter(mount -> mount.type().equals("tmpfs") && GIVING.contains(mount.huge()))
                .map(mount -> mount.point() + " (huge=" + mount.huge() + ")")
                .collect(Collectors.joining(", "));
        if (reserved == 0 && !transparent && tmpfs.isEmpty()) {
            return new Unavailable(
                    "no huge page is reserved and transparent huge pages are "
                            + TransparentHugePages.mode(host, "enabled"),
                    "as root: echo madvise > /" + TransparentHugePages.SETTINGS + "enabled");
        }
        List<String> parts = new ArrayList<>();
        parts.add("anonymous: " + line(TransparentHugePages.anonymous(host)));
        parts.add("unnamed: " + line(TransparentHugePages.inMemory(host)));
        parts.add(
                tmpfs.isEmpty()
                        ? "shared: none" + AS_ROOT_MORE + "mount -o remount,huge=advise /dev/shm"
                        : "shared: in " + tmpfs);
        parts.add(
                reserved > 0
                        ? "reserved: " + host.number(MEMINFO, "HugePages_Free").orElse(0) + " free of " + reserved
                        : "reserved: none" + AS_ROOT_MORE + "sysctl vm.nr_hugepages=64");
        return new Available(pageBytes(host) / 1024 + " kB; " + String.join("; ", parts));
    }

    private static String line(Availability availability) {
        return switch (availability) {
            case Available(String what) -> what;
            case Unavailable(String why, String cure) -> "none, " + why + ", more " + cure;
        };
    }
}
