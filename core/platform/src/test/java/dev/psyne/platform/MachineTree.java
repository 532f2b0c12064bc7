package dev.psyne.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Writes the files by which Linux describes a machine into a directory. */
final class MachineTree {
    private static final String CPUS = "sys/devices/system/cpu/";

    private final Path root;

    MachineTree(Path root) {
        this.root = root;
    }

    Host host() {
        return new Host("Linux", "6.1.0", "amd64", root);
    }

    MachineTree file(String name, String text) {
        Path file = root.resolve(name);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    MachineTree online(String list) {
        return file(CPUS + "online", list);
    }

    MachineTree topology(int cpu, String file, Object value) {
        return file(CPUS + "cpu" + cpu + "/topology/" + file, value.toString());
    }

    MachineTree cache(int cpu, int index, int level, String type, Object shared) {
        String directory = CPUS + "cpu" + cpu + "/cache/index" + index + "/";
        return file(directory + "level", Integer.toString(level))
                .file(directory + "type", type)
                .file(directory + "shared_cpu_list", shared.toString());
    }

    /**
     * A server as x86 numbers its CPUs: all first threads of all cores, then all second ones. Each package is a NUMA node
     * and has caches of so many cores each.
     */
    MachineTree server(int packages, int coresEach, int threads, int coresPerCache) {
        int cores = packages * coresEach;
        online("0-" + (cores * threads - 1));
        file("sys/devices/system/node/online", "0-" + (packages - 1));
        for (int pack = 0; pack < packages; pack++) {
            CpuSet all = threads(cores, threads, pack * coresEach, coresEach);
            file("sys/devices/system/node/node" + pack + "/cpulist", all.toString());
        }
        for (int cpu = 0; cpu < cores * threads; cpu++) {
            int core = cpu % cores;
            String siblings = threads(cores, threads, core, 1).toString();
            topology(cpu, "core_cpus_list", siblings);
            topology(cpu, "package_cpus_list", threads(cores, threads, core / coresEach * coresEach, coresEach));
            cache(cpu, 0, 1, "Data", siblings);
            cache(cpu, 1, 3, "Unified", threads(cores, threads, core / coresPerCache * coresPerCache, coresPerCache));
        }
        return this;
    }

    private static CpuSet threads(int cores, int threads, int firstCore, int count) {
        return CpuSet.of(IntStream.range(0, threads)
                .flatMap(thread -> IntStream.range(firstCore, firstCore + count).map(core -> thread * cores + core))
                .toArray());
    }
}
