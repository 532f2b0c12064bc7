package dev.psyne.bench.hypha;

import dev.psyne.bench.NodeGauge;
import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the node spends on a call of 64 bytes and its answer, which it only routes, from one client to another. */
final class CallRows {
    private static final String CPU_ALONE = "processor time of a routed call, one after another";
    private static final String CPU_MANY = "processor time of a routed call, 64 under way";
    private static final String ALLOCATED = "allocation of a routed call";
    static final List<String> NAMES = List.of(CPU_ALONE, CPU_MANY, ALLOCATED);

    private static final String METHOD = "services.b.echo";
    private static final int WARM_UP = 40_000;
    private static final int CALLS = 40_000;
    private static final int UNDER_WAY = 64;
    private static final int PAYLOAD_BYTES = 64;
    private static final double CPU_TARGET_US = 15;
    private static final double ALLOCATED_TARGET_KB = 2;

    private final ServedNode node;

    CallRows(ServedNode node) {
        this.node = node;
    }

    List<Row> run() throws IOException {
        try (RawPair clients = new RawPair(node.uri());
                NodeGauge gauge = NodeGauge.of(node.pid())) {
            clients.run(METHOD, PAYLOAD_BYTES, 1, WARM_UP);
            clients.run(METHOD, PAYLOAD_BYTES, UNDER_WAY, WARM_UP);
            List<Row> rows = new ArrayList<>();
            long allocated = 0;
            for (int underWay : new int[] {1, UNDER_WAY}) {
                long bytes = gauge.allocatedBytes();
                long nanos = gauge.processorNanos();
                clients.run(METHOD, PAYLOAD_BYTES, underWay, CALLS);
                double micros = (gauge.processorNanos() - nanos) / 1e3 / CALLS;
                allocated = gauge.allocatedBytes() - bytes;
                rows.add(Row.target(underWay == 1 ? CPU_ALONE : CPU_MANY, "us", micros, CPU_TARGET_US));
            }
            rows.add(Row.target(ALLOCATED, "kB", allocated / 1e3 / CALLS, ALLOCATED_TARGET_KB));
            return rows;
        }
    }
}
