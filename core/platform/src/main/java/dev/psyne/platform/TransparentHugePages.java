package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether the kernel gives transparent huge pages to who asks by madvise(2), by its settings (transhuge of the kernel's
 * admin guide). Whether it has any free at the moment shows only when the memory is touched.
 */
public final class TransparentHugePages {
    static final String SETTINGS = "sys/kernel/mm/transparent_hugepage/";
    private static final String MOUNTS = "proc/self/mounts";
    private static final String HUGE = "huge=";

    private TransparentHugePages() {}

    /** A mounted file system, by a line of proc_pid_mounts(5). */
    record Mount(Path point, String type, String options) {
        /** The value of the option {@code huge=}, {@code never} where it is not there. */
        String huge() {
            for (String option : options.split(",")) {
                if (option.startsWith(HUGE)) {
                    return option.substring(HUGE.length());
                }
            }
            return "never";
        }
    }

    /** Size in bytes of a huge page here. */
    public static long pageBytes() {
        return HugePagesProbe.pageBytes(Host.current());
    }

    /** For anonymous memory. */
    public static Availability anonymous() {
        return anonymous(Host.current());
    }

    static Availability anonymous(Host host) {
        return setting(host, "enabled", "echo madvise");
    }

    /** For files in memory without a name. */
    public static Availability inMemory() {
        return inMemory(Host.current());
    }

    static Availability inMemory(Host host) {
        return setting(host, "shmem_enabled", "echo advise");
    }

    /** For files in a directory: only a tmpfs mounted for it has any. */
    public static Availability in(Path directory) {
        return in(Host.current(), directory.toAbsolutePath().normalize());
    }

    static Availability in(Host host, Path directory) {
        String forced = mode(host, "shmem_enabled");
        Mount mount = mount(host, directory).orElse(new Mount(Path.of("/"), "unknown", ""));
        if (!mount.type().equals("tmpfs")) {
            return new Unavailable(
                    directory + " is on " + mount.type() + ", which has no huge pages",
                    "choose a directory on a tmpfs mounted with huge=advise");
        }
        if (forced.equals("deny") || (mount.huge().equals("never") && !forced.equals("force"))) {
            return new Unavailable(
                    "the tmpfs at " + mount.point() + " is mounted huge=" + mount.huge() + ", shmem_enabled is "
                            + forced,
                    forced.equals("deny")
                            ? "as root: echo never > /" + SETTINGS + "shmem_enabled"
                            : "as root: mount -o remount,huge=advise " + mount.point());
        }
        return new Available(
                "transparent huge pages of the tmpfs at " + mount.point() + " (huge=" + mount.huge() + ")");
    }

    /** The mount that a directory lies on: of those above it the nearest, and of several there the last. */
    private static Optional<Mount> mount(Host host, Path directory) {
        return mounts(host).stream()
                .filter(mount -> directory.startsWith(mount.point()))
                .reduce((a, b) -> b.point().getNameCount() >= a.point().getNameCount() ? b : a);
    }

    static List<Mount> mounts(Host host) {
        return host.lines(MOUNTS).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length >= 4)
                .map(fields -> new Mount(Path.of(fields[1].replace("\\040", " ")), fields[2], fields[3]))
                .toList();
    }

    private static Availability setting(Host host, String file, String cure) {
        String mode = mode(host, file);
        return switch (mode) {
            case "always", "madvise", "advise", "within_size", "force" ->
                new Available("transparent (" + file + ": " + mode + ")");
            default -> new Unavailable(file + " is " + mode, "as root: " + cure + " > /" + SETTINGS + file);
        };
    }

    /** The word in brackets, as in {@code always [madvise] never}. */
    static String mode(Host host, String file) {
        String line = host.lines(SETTINGS + file).stream().findFirst().orElse("");
        int open = line.indexOf('[');
        int close = line.indexOf(']');
        return open >= 0 && close > open ? line.substring(open + 1, close) : "absent";
    }
}
