package dev.psyne.rpc.internal.meter;

import dev.psyne.rpc.MethodStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of one process' methods, each made when it is first asked for, and kept. Any thread may call. */
public final class MethodMeters {
    /** About 5 KiB each; methods beyond are counted together. */
    static final int MAX_METERS = 4096;

    private static final String OTHERS = "(others)";

    private record Key(MethodStatistics.Side side, String service, String method) {}

    private final Map<Key, MethodMeter> meters = new ConcurrentHashMap<>();

    /** None at first. */
    public MethodMeters() {}

    /** That of a method; to be asked for once and held. */
    public MethodMeter of(MethodStatistics.Side side, String service, String method) {
        Key key = new Key(side, service, method);
        MethodMeter known = meters.get(key);
        if (known != null) {
            return known;
        }
        Key made = meters.size() < MAX_METERS ? key : new Key(side, OTHERS, OTHERS);
        return meters.computeIfAbsent(made, each -> new MethodMeter(each.side, each.service, each.method));
    }

    /** Those of a service's methods, in their order. */
    public List<MethodMeter> of(MethodStatistics.Side side, String service, List<String> methods) {
        return methods.stream().map(method -> of(side, service, method)).toList();
    }

    /** All that were called or served at least once, by side, service and method. */
    public List<MethodStatistics> statistics() {
        return meters.values().stream()
                .map(MethodMeter::statistics)
                .filter(each -> each.calls() > 0)
                .sorted(Comparator.comparing(MethodStatistics::side)
                        .thenComparing(MethodStatistics::service)
                        .thenComparing(MethodStatistics::method))
                .toList();
    }
}
