package dev.psyne.telemetry;

import dev.psyne.memory.Region;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The meters of a node, in one region whose layout {@code MetersLayout} draws: each has a cell of its own, with its name
 * beside its figure. A meter is found or made once, kept in a field, and then costs one atomic instruction a change.
 *
 * <p>Any thread may use any method. A meter lives as long as its meters: what comes and goes (a connection, a request)
 * is counted in a meter of its kind and gets none of its own.
 */
public final class Meters implements AutoCloseable {
    /** Cells unless told otherwise. */
    public static final int DEFAULT_CAPACITY = 1024;

    /** The most cells there can be (16 MiB of region). */
    public static final int MAX_CAPACITY = 65_536;

    /** The media type of {@link #prometheus()}. */
    public static final String PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final int capacity;
    private final Region region;
    private final Map<String, Family> families = new LinkedHashMap<>();
    private final Map<String, MeterCell> cells = new LinkedHashMap<>();
    private final Runnable unlink;

    private record Family(MeterKind kind, String help, List<MeterCell> cells) {}

    private Meters(int capacity, Region region, Runnable unlink) {
        this.capacity = capacity;
        this.region = region;
        this.unlink = unlink;
    }

    /** Meters with {@value #DEFAULT_CAPACITY} cells. */
    public static Meters create() {
        return create(DEFAULT_CAPACITY);
    }

    /**
     * Meters in a fresh region.
     *
     * @param capacity how many there can be, 1 to {@value #MAX_CAPACITY}
     */
    public static Meters create(int capacity) {
        checkCapacity(capacity);
        Region region = Region.anonymous(MetersLayout.regionBytes(capacity), MetersLayout.ALIGNMENT);
        MetersLayout.writeHeader(region.segment(), capacity);
        return new Meters(capacity, region, () -> {});
    }

    /**
     * Meters in a shared region, which others read while this process lives, and after it has died. Closing them removes
     * the region.
     *
     * @param directory where the region lies
     * @param name what it is called there, see {@link dev.psyne.memory.RegionBuilder#shared}
     * @param capacity how many there can be, 1 to {@value #MAX_CAPACITY}
     * @throws dev.psyne.memory.RegionException if there is one of that name, or no room for it
     */
    public static Meters shared(Path directory, String name, int capacity) {
        checkCapacity(capacity);
        Region region = Region.builder(MetersLayout.regionBytes(capacity))
                .shared(name)
                .directory(directory)
                .content(fresh -> MetersLayout.writeHeader(fresh, capacity))
                .build();
        return new Meters(capacity, region, () -> Region.unlink(directory, name));
    }

    /**
     * The figures of meters in a shared region, whoever writes them and whether he lives, by name and labels.
     *
     * @throws dev.psyne.memory.RegionException if there is no such region
     * @throws IllegalArgumentException if it holds no meters of this version
     */
    public static Map<String, Long> read(Path directory, String name) {
        try (Region region = Region.builder().shared(name).directory(directory).open()) {
            return MetersLayout.read(name, region.segment());
        }
    }

    private static void checkCapacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity is " + capacity + "; it may be 1 to " + MAX_CAPACITY);
        }
    }

    /** A counter without labels; otherwise as {@link #counter(String, String, Map)}. */
    public Meter counter(String name, String help) {
        return counter(name, help, Map.of());
    }

    /**
     * The counter of that name and labels, made if there is none.
     *
     * @param name as Prometheus wants it, {@code psyne_…_total} by custom
     * @param help one sentence, the same for all meters of the name
     * @param labels names and values; together with the name at most 192 bytes as Prometheus writes them
     * @throws IllegalArgumentException for a name or label Prometheus does not allow, or if the name is in use for another
     *     kind or with another help
     * @throws MetersFullException if it would be one more than the capacity
     */
    public Meter counter(String name, String help, Map<String, String> labels) {
        return meter(MeterKind.COUNTER, name, help, labels);
    }

    /** A gauge without labels; otherwise as {@link #counter(String, String, Map)}. */
    public Meter gauge(String name, String help) {
        return gauge(name, help, Map.of());
    }

    /** The gauge of that name and labels; otherwise as {@link #counter(String, String, Map)}. */
    public Meter gauge(String name, String help, Map<String, String> labels) {
        return meter(MeterKind.GAUGE, name, help, labels);
    }

    private synchronized Meter meter(MeterKind kind, String name, String help, Map<String, String> labels) {
        String series = PrometheusText.series(name, labels);
        Family family = families.getOrDefault(name, new Family(kind, help, new ArrayList<>()));
        if (family.kind != kind || !family.help.equals(help)) {
            throw new IllegalArgumentException(
                    name + " is already a " + family.kind.prometheusType() + " with the help '" + family.help
                            + "'; asked for a " + kind.prometheusType() + " with '" + help + "'");
        }
        MeterCell known = cells.get(series);
        if (known != null) {
            return known;
        }
        byte[] encoded = MetersLayout.encode(series);
        if (cells.size() == capacity) {
            throw new MetersFullException(series, capacity);
        }
        MeterCell made = new MeterCell(MetersLayout.append(region.segment(), kind, encoded), kind, series);
        families.putIfAbsent(name, family);
        family.cells.add(made);
        cells.put(series, made);
        return made;
    }

    /** All figures in Prometheus' text format 0.0.4, names in the order they were first asked for. */
    public synchronized String prometheus() {
        StringBuilder out = new StringBuilder();
        families.forEach((name, family) -> {
            PrometheusText.writeHead(out, name, family.kind, family.help);
            family.cells.forEach(cell -> PrometheusText.writeSample(out, cell.series(), cell.value()));
        });
        return out.toString();
    }

    /** All figures by name and labels as Prometheus writes them, in the order the meters were made. */
    public synchronized Map<String, Long> snapshot() {
        Map<String, Long> figures = new LinkedHashMap<>();
        cells.forEach((series, cell) -> figures.put(series, cell.value()));
        return Collections.unmodifiableMap(figures);
    }

    /** The region the figures live in; read it, do not write it. */
    Region region() {
        return region;
    }

    /** Gives the region back; every meter throws IllegalStateException from then on. */
    @Override
    public void close() {
        region.close();
        unlink.run();
    }
}
