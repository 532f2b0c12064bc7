package dev.psyne.bench.hypha;

import dev.psyne.bench.NodeGauge;
import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What ten thousand connected clients cost the node, and what is left of them when they have gone. */
final class ClientRows {
    private static final String CONNECTED = "heap of a connected client, 10 000 of them";
    private static final String GONE = "heap left by a client that has gone";
    private static final String CONNECT = "connecting a client, one after another";
    static final List<String> NAMES = List.of(CONNECTED, GONE, CONNECT);

    private static final String NOBODY = "psyne_hypha_clients 0";
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int CLIENTS = 10_000;
    private static final int WARM_UP = 200;
    private static final double KILOBYTE = 1_000;
    private static final double CONNECTED_TARGET_KB = 20;
    private static final double GONE_TARGET_KB = 0.1;

    private final ServedNode node;

    ClientRows(ServedNode node) {
        this.node = node;
    }

    List<Row> run() throws IOException, InterruptedException {
        close(connect(WARM_UP, "warm"));
        awaitNobody();
        try (NodeGauge gauge = NodeGauge.of(node.pid())) {
            long before = gauge.liveHeapBytes();
            long begin = System.nanoTime();
            List<RawClient> clients = connect(CLIENTS, "client");
            double micros = (System.nanoTime() - begin) / 1e3 / CLIENTS;
            long with = gauge.liveHeapBytes();
            close(clients);
            awaitNobody();
            long after = gauge.liveHeapBytes();
            return List.of(
                    Row.target(CONNECTED, "kB", perClient(with - before), CONNECTED_TARGET_KB),
                    Row.target(GONE, "kB", perClient(after - before), GONE_TARGET_KB),
                    new Row(CONNECT, "us", Row.Better.LOWER, micros, "itself", micros, Row.NO_GOAL));
        }
    }

    private static double perClient(long bytes) {
        return Math.max(0, bytes) / KILOBYTE / CLIENTS;
    }

    /** The node hears of a lost connection when it next looks at it. */
    private void awaitNobody() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest metrics =
                HttpRequest.newBuilder(node.uri().resolve("/metrics")).build();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LEAVE_NANOS) {
            String figures =
                    client.send(metrics, HttpResponse.BodyHandlers.ofString()).body();
            if (figures.lines().anyMatch(NOBODY::equals)) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new IOException("clients that have gone are still connected to the node");
    }

    private List<RawClient> connect(int count, String name) throws IOException {
        List<RawClient> clients = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            clients.add(new RawClient(node.uri(), Map.of("client_id", name + "-" + i)));
        }
        return clients;
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
