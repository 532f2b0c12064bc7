package dev.psyne.net;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts, by event loops and jobs alike. */
final class ServerCounters {
    final LongAdder requests = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger webSockets = new AtomicInteger();

    ServerStatistics snapshot(Admission admission) {
        return new ServerStatistics(
                requests.sum(),
                rejected.sum(),
                failures.sum(),
                connections.get(),
                webSockets.get(),
                admission.running(),
                admission.waiting(),
                bytesIn.sum(),
                bytesOut.sum());
    }
}
