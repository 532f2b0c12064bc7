package dev.psyne.fiber;

import dev.psyne.platform.CpuSet;
import dev.psyne.platform.Processor;
import dev.psyne.platform.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The order in which workers take CPUs. Faster cores go before efficient ones, and those before the SMT siblings of the faster, unless the workers are to stay together. */
final class CpuOrder {
    private final List<Processor> processors;

    /** Places by number: of a CPU in its core, of a core under its cache, of a cache in its package. */
    private final Map<Integer, Integer> threads;

    private final Map<Integer, Integer> cores;
    private final Map<Integer, Integer> caches;

    private CpuOrder(List<Processor> processors) {
        this.processors = processors;
        threads = places(Processor::cpu, Processor::core);
        cores = places(Processor::core, Processor::cache);
        caches = places(Processor::cache, Processor::socket);
    }

    /** The allowed CPUs of a machine, those that are far from each other first. */
    static int[] spread(Topology topology, CpuSet allowed) {
        CpuOrder order = of(topology, allowed);
        return order.sorted(Comparator.comparing((Processor p) -> place(order.threads, p.cpu()))
                .thenComparing(Processor::efficient)
                .thenComparing(p -> place(order.cores, p.core()))
                .thenComparing(p -> place(order.caches, p.cache()))
                .thenComparing(Processor::cpu));
    }

    /** The allowed CPUs of a machine, so that neighbours in the order are near each other. */
    static int[] compact(Topology topology, CpuSet allowed) {
        CpuOrder order = of(topology, allowed);
        return order.sorted(Comparator.comparing(Processor::efficient)
                .thenComparing(Processor::socket)
                .thenComparing(Processor::node)
                .thenComparing(Processor::die)
                .thenComparing(Processor::cache)
                .thenComparing(p -> place(order.threads, p.cpu()))
                .thenComparing(Processor::cpu));
    }

    private static CpuOrder of(Topology topology, CpuSet allowed) {
        return new CpuOrder(topology.processors().stream()
                .filter(processor -> allowed.contains(processor.cpu()))
                .toList());
    }

    private int[] sorted(Comparator<Processor> order) {
        return processors.stream().sorted(order).mapToInt(Processor::cpu).toArray();
    }

    private static int place(Map<Integer, Integer> places, int member) {
        return places.getOrDefault(member, 0);
    }

    private Map<Integer, Integer> places(ToIntFunction<Processor> member, ToIntFunction<Processor> group) {
        Map<Integer, List<Integer>> groups = new HashMap<>();
        Map<Integer, Integer> places = new HashMap<>();
        for (Processor processor : processors) {
            int number = member.applyAsInt(processor);
            if (!places.containsKey(number)) {
                List<Integer> members = groups.computeIfAbsent(group.applyAsInt(processor), _ -> new ArrayList<>());
                places.put(number, members.size());
                members.add(number);
            }
        }
        return places;
    }
}
