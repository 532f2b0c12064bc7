package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.Set;

/** What regions meet here: NUMA nodes, the directory of shared memory, the limit on locked memory. */
final class MemoryProbes {
    /** What container runtimes give /dev/shm unless told otherwise. */
    private static final long CONTAINER_DEFAULT_BYTES = 64L << 20;

    private static final long MEBIBYTE = 1L << 20;
    private static final String SHARED_MEMORY = "dev/shm";

    private MemoryProbes() {}

    static Availability numa(Host host) {
        if (!host.isLinux()) {
            return linuxOnly("NUMA nodes are asked for", "memory goes where the system puts it");
        }
        Set<Integer> nodes = NumaPlacement.online(host);
        return new Available(nodes.size() == 1 ? "one node, so that all memory is equally near" : "nodes " + nodes);
    }

    static Availability sharedMemory(Host host) {
        if (!host.isLinux() || !Files.isDirectory(host.root().resolve(SHARED_MEMORY))) {
            return new Unavailable(
                    "there is no /" + SHARED_MEMORY,
                    "nothing to do: shared regions lie in the directory for temporary files");
        }
        try {
            FileStore store = Files.getFileStore(host.root().resolve(SHARED_MEMORY));
            return sharedMemory(store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException unreadable) {
            return new Unavailable("/" + SHARED_MEMORY + " cannot be read: " + unreadable, "mount a tmpfs there");
        }
    }

    static Availability sharedMemory(long free, long total) {
        String room = "/" + SHARED_MEMORY + ", " + mebibytes(free) + " free of " + mebibytes(total);
        return new Available(
                total > CONTAINER_DEFAULT_BYTES
                        ? room
                        : room + "; a container's default, which one large region fills: docker run --shm-size=1g, or a"
                                + " volume of medium Memory at /dev/shm in Kubernetes");
    }

    static Availability lockedMemory(Host host) {
        if (!host.isLinux()) {
            return linuxOnly("memory is locked", "leave locked() out");
        }
        String limit = MemoryLimits.lockedMemory(host);
        return switch (limit) {
            case "unlimited" -> new Available("no limit");
            case "unknown" -> new Unavailable("the limit cannot be read", "mount /proc");
            default ->
                new Available(limit + " bytes may be locked; ulimit -l unlimited, or --ulimit memlock=-1 of docker,"
                        + " allows more");
        };
    }

    private static Unavailable linuxOnly(String what, String cure) {
        return new Unavailable(what + " on Linux only", "nothing to do: " + cure);
    }

    private static String mebibytes(long bytes) {
        return bytes / MEBIBYTE + " MiB";
    }
}
