package dev.psyne.bench.hypha;

import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the node spends on a call of 64 bytes and its answer, which it only routes, from one client to another. */
final class CallRows {
    private static final String CPU_ALONE = "processor time of a routed call, one after another";
    private static final String CPU_MANY = "processor time of a routed call, 64 under way";
    private static final String ALLOCATED = "allocation of a routed call";
    static final List<String> NAMES = List.of(CPU_ALONE, CPU_MANY, ALLOCATED);

    private static final int WARM_UP = 40_000;
    private static final int CALLS = 40_000;
    private static final int UNDER_WAY = 64;
    private static final int PAYLOAD_BYTES = 64;
    private static final int FRAME_BYTES = 1 << 12;
    private static final double CPU_TARGET_US = 15;
    private static final double ALLOCATED_TARGET_KB = 2;

    private final ServedNode node;

    CallRows(ServedNode node) {
        this.node = node;
    }

    List<Row> run() throws IOException {
        try (HyphaClient owner = HyphaClient.connect(HyphaClientOptions.to(node.uri()));
                NodeGauge gauge = NodeGauge.of(node.pid())) {
            String token = String.valueOf(owner.manager("generate_token", List.of(), Map.of()));
            Map<String, String> hello = new LinkedHashMap<>(Map.of("workspace", owner.workspace(), "token", token));
            hello.put("client_id", "caller");
            try (RawClient caller = new RawClient(node.uri(), hello)) {
                hello.put("client_id", "callee");
                try (RawClient callee = new RawClient(node.uri(), hello)) {
                    return rows(caller, callee, gauge);
                }
            }
        }
    }

    private static List<Row> rows(RawClient caller, RawClient callee, NodeGauge gauge) throws IOException {
        byte[] call = frame(callee.address(), "services.b.echo");
        byte[] answer = frame(caller.address(), "session.resolve");
        run(caller, callee, call, answer, 1, WARM_UP);
        run(caller, callee, call, answer, UNDER_WAY, WARM_UP);
        List<Row> rows = new ArrayList<>();
        long allocated = 0;
        for (int underWay : new int[] {1, UNDER_WAY}) {
            long bytes = gauge.allocatedBytes();
            long nanos = gauge.processorNanos();
            run(caller, callee, call, answer, underWay, CALLS);
            double micros = (gauge.processorNanos() - nanos) / 1e3 / CALLS;
            allocated = gauge.allocatedBytes() - bytes;
            rows.add(Row.target(underWay == 1 ? CPU_ALONE : CPU_MANY, "us", micros, CPU_TARGET_US));
        }
        rows.add(Row.target(ALLOCATED, "kB", allocated / 1e3 / CALLS, ALLOCATED_TARGET_KB));
        return rows;
    }

    private static void run(RawClient caller, RawClient callee, byte[] call, byte[] answer, int underWay, int calls)
            throws IOException {
        for (int done = 0; done < calls; done += underWay) {
            for (int i = 0; i < underWay; i++) {
                caller.sendBinary(call);
            }
            for (int i = 0; i < underWay; i++) {
                byte[] _ = callee.read();
                callee.sendBinary(answer);
            }
            for (int i = 0; i < underWay; i++) {
                byte[] _ = caller.read();
            }
        }
    }

    private static byte[] frame(String to, String method) {
        Map<String, Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", "me");
        main.put("to", to);
        main.put("method", method);
        main.put("session", "session");
        return new MessagePackWriter(FRAME_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .value(Map.of("args", List.of(new byte[PAYLOAD_BYTES])))
                .toFrame();
    }
}
