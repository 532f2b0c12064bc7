package dev.psyne.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directories of one hierarchy of control groups that bear on this process, its own first and then those above it as
 * far as they can be seen (cgroups(7), /proc/self/cgroup and /proc/self/mountinfo of proc(5)).
 *
 * @param unified whether it is the one hierarchy of version 2
 * @param directories relative to the root of the file system
 */
record Cgroup(boolean unified, List<String> directories) {
    private static final int MOUNT_ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int FIELDS_BEFORE_SEPARATOR = 6;

    /** The hierarchy of version 2, if it is mounted. */
    static Optional<Cgroup> unified(Host host) {
        return find(host, "", "cgroup2", "");
    }

    /** The hierarchy of version 1 that a controller is attached to. */
    static Optional<Cgroup> of(Host host, String controller) {
        return find(host, controller, "cgroup", controller);
    }

    private static Optional<Cgroup> find(Host host, String controller, String type, String option) {
        for (String line : host.lines("proc/self/cgroup")) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && names(fields[1], controller)) {
                return mount(host, type, option)
                        .map(mount -> new Cgroup(controller.isEmpty(), upwards(mount, Path.of(fields[2]))));
            }
        }
        return Optional.empty();
    }

    private static boolean names(String controllers, String wanted) {
        return List.of(controllers.split(",")).contains(wanted);
    }

    /** A mount: which directory of the hierarchy lies where. */
    private record Mount(Path root, Path point) {}

    private static Optional<Mount> mount(Host host, String type, String option) {
        for (String line : host.lines("proc/self/mountinfo")) {
            String[] fields = line.split(" ");
            for (int i = FIELDS_BEFORE_SEPARATOR; i + 3 < fields.length; i++) {
                if (fields[i].equals("-")) {
                    if (fields[i + 1].equals(type) && (option.isEmpty() || names(fields[i + 3], option))) {
                        return Optional.of(new Mount(Path.of(fields[MOUNT_ROOT]), Path.of(fields[MOUNT_POINT])));
                    }
                    break;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * From the process's group up to the mount point. A group that is not below what is mounted, as in a container that
     * sees the host's path but only its own directory, is taken to be what is mounted.
     */
    private static List<String> upwards(Mount mount, Path group) {
        Path below = group.startsWith(mount.root()) ? mount.root().relativize(group) : Path.of("");
        if (below.startsWith("..")) {
            below = Path.of("");
        }
        List<String> directories = new ArrayList<>();
        Path point = mount.point();
        for (Path at = point.resolve(below); at != null && at.startsWith(point); at = at.getParent()) {
            directories.add(at.toString().substring(1));
        }
        return directories;
    }
}
