package dev.psyne.platform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@link Topology} from sysfs. Each group is read from the list of its members, once for all of them: the
 * identifiers beside those lists repeat from package to package, and are -1 where the firmware says nothing.
 */
final class TopologyReader {
    private static final String CPUS = "sys/devices/system/cpu/";
    private static final String NODES = "sys/devices/system/node/";
    /** Which CPUs of a hybrid x86 are of the thrifty kind; other processors give each CPU a capacity. */
    private static final String ATOM = "sys/devices/cpu_atom/cpus";

    private static final String A_LIST = "a list of CPUs as in 0-3,8";
    private static final int MOST_CACHES = 16;
    private static final int MOST_CACHE_LEVELS = 9;
    private static final int UNKNOWN = -1;

    private final Host host;
    private final CpuSet online;
    private final int[] numbers;

    private TopologyReader(Host host) throws UnreadableTopologyException {
        String file = CPUS + "online";
        this.host = host;
        this.online = list(file)
                .filter(cpus -> !cpus.isEmpty())
                .orElseThrow(() -> new UnreadableTopologyException(file, "is absent or empty", A_LIST));
        this.numbers = online.stream().toArray();
    }

    /** The members of the group that a CPU is in; empty if no file names them. */
    private interface Group {
        Optional<CpuSet> of(int cpu) throws UnreadableTopologyException;
    }

    static Topology read(Host host) throws UnreadableTopologyException {
        return new TopologyReader(host).read();
    }

    private Topology read() throws UnreadableTopologyException {
        int[] together = new int[numbers.length];
        Arrays.fill(together, numbers[0]);
        int[] sockets = groups(cpu -> topology(cpu, "package_cpus_list", "core_siblings_list"), together);
        int[] dies = groups(cpu -> topology(cpu, "die_cpus_list"), sockets);
        int[] caches = groups(this::lastLevelCache, dies);
        int[] cores = groups(cpu -> topology(cpu, "core_cpus_list", "thread_siblings_list"), numbers);
        int[] nodes = nodes();
        CpuSet efficient = efficient();
        int[] siblings = new int[numbers[numbers.length - 1] + 1];
        List<Processor> processors = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            int thread = siblings[cores[i]]++;
            boolean isEfficient = efficient.contains(numbers[i]);
            processors.add(
                    new Processor(numbers[i], cores[i], thread, caches[i], dies[i], sockets[i], nodes[i], isEfficient));
        }
        return new Topology(processors);
    }

    /** By the first of these files that there is: older kernels have other names. */
    private Optional<CpuSet> topology(int cpu, String... names) throws UnreadableTopologyException {
        for (String name : names) {
            Optional<CpuSet> members = members(CPUS + "cpu" + cpu + "/topology/" + name, cpu);
            if (members.isPresent()) {
                return members;
            }
        }
        return Optional.empty();
    }

    /** The lowest online CPU of the group that each CPU is in; for one without a group, that in {@code fallback}. */
    private int[] groups(Group group, int[] fallback) throws UnreadableTopologyException {
        int[] groups = new int[numbers.length];
        Arrays.fill(groups, UNKNOWN);
        for (int i = 0; i < numbers.length; i++) {
            if (groups[i] != UNKNOWN) {
                continue;
            }
            int lowest = numbers[i];
            Optional<CpuSet> members = group.of(lowest);
            groups[i] = members.isPresent() ? lowest : fallback[i];
            members.orElse(CpuSet.none()).and(online).stream().forEach(cpu -> {
                int index = Arrays.binarySearch(numbers, cpu);
                groups[index] = groups[index] == UNKNOWN ? lowest : groups[index];
            });
        }
        return groups;
    }

    private Optional<CpuSet> members(String file, int cpu) throws UnreadableTopologyException {
        Optional<CpuSet> members = list(file);
        if (members.isPresent() && !members.get().contains(cpu)) {
            throw new UnreadableTopologyException(file, "says " + members.get(), "a list with CPU " + cpu + " in it");
        }
        return members;
    }

    private Optional<CpuSet> lastLevelCache(int cpu) throws UnreadableTopologyException {
        String last = "";
        int lastLevel = 0;
        for (int i = 0; i < MOST_CACHES; i++) {
            String directory = CPUS + "cpu" + cpu + "/cache/index" + i + "/";
            List<String> level = host.lines(directory + "level");
            if (level.isEmpty()) {
                break;
            }
            String type = host.lines(directory + "type").stream().findFirst().orElse("");
            int found = number(directory + "level", level.getFirst(), MOST_CACHE_LEVELS);
            if (found > lastLevel && !type.equals("Instruction")) {
                last = directory + "shared_cpu_list";
                lastLevel = found;
            }
        }
        return last.isEmpty() ? Optional.empty() : members(last, cpu);
    }

    private int[] nodes() throws UnreadableTopologyException {
        int[] nodes = new int[numbers.length];
        int[] present = list(NODES + "online").orElse(CpuSet.none()).stream().toArray();
        for (int node : present) {
            CpuSet cpus = list(NODES + "node" + node + "/cpulist").orElse(CpuSet.none());
            cpus.and(online).stream().forEach(cpu -> nodes[Arrays.binarySearch(numbers, cpu)] = node);
        }
        return nodes;
    }

    private CpuSet efficient() throws UnreadableTopologyException {
        Optional<CpuSet> atoms = list(ATOM);
        if (atoms.isPresent()) {
            // A processor of that kind alone is no hybrid.
            return atoms.get().containsAll(online) ? CpuSet.none() : atoms.get();
        }
        int[] capacities = new int[numbers.length];
        int largest = 0;
        for (int i = 0; i < numbers.length; i++) {
            String file = CPUS + "cpu" + numbers[i] + "/cpu_capacity";
            List<String> lines = host.lines(file);
            if (lines.isEmpty()) {
                return CpuSet.none();
            }
            capacities[i] = number(file, lines.getFirst(), Integer.MAX_VALUE);
            largest = Math.max(largest, capacities[i]);
        }
        int[] slower = new int[numbers.length];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (capacities[i] < largest) {
                slower[count++] = numbers[i];
            }
        }
        return CpuSet.of(Arrays.copyOf(slower, count));
    }

    /** The list in a file; none where there is no such file. */
    private Optional<CpuSet> list(String file) throws UnreadableTopologyException {
        List<String> lines = host.lines(file);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CpuSet.parse(lines.getFirst()));
        } catch (IllegalArgumentException malformed) {
            throw new UnreadableTopologyException(file, "says '" + lines.getFirst() + "'", A_LIST);
        }
    }

    private static int number(String file, String text, int most) throws UnreadableTopologyException {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            // Said below, as is a number out of range.
        }
        throw new UnreadableTopologyException(file, "says '" + text + "'", "a number from 1 to " + most);
    }
}
