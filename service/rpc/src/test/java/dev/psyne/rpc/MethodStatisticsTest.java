package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.MethodStatistics.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What both sides count of the calls between them. */
class MethodStatisticsTest {
    /** Some of each. */
    public interface Counted {
        String echo(String text);

        void fail(String code);

        Items<String> stream(int count, int chars);

        long sum(Items<Long> values);

        void hang();
    }

    private static final int OVERHEAD_BYTES = 64;

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    private final class Counting implements Counted {
        @Override
        public String echo(String text) {
            return text;
        }

        @Override
        public void fail(String code) {
            throw new RpcException(code, "as asked");
        }

        @Override
        public Items<String> stream(int count, int chars) {
            String item = "x".repeat(chars);
            return Items.of(() -> IntStream.range(0, count).mapToObj(_ -> item).iterator());
        }

        @Override
        public long sum(Items<Long> values) {
            long sum = 0;
            try {
                for (Long value = values.next(); value != null; value = values.next()) {
                    sum += value;
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return sum;
        }

        @Override
        public void hang() {
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
    private final String address = node.serve(Counted.class, new Counting()).listen("tcp://127.0.0.1:0");

    private RpcClient connect(RpcOptions options) {
        RpcClient client = RpcClient.connect(address, scheduler, options, failures::add);
        open.add(client);
        return client;
    }

    @AfterEach
    void end() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        node.close();
        scheduler.close();
    }

    /** Waits until so many calls are over, for the callee's end comes when the caller has its answer. */
    private static MethodStatistics of(
            Supplier<List<MethodStatistics>> statistics, Side side, String method, long calls) {
        while (true) {
            for (MethodStatistics each : statistics.get()) {
                if (each.side() == side
                        && each.service().equals("Counted")
                        && each.method().equals(method)
                        && each.calls() >= calls) {
                    return each;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void assertAbout(long bytes, long messages, long found) {
        assertTrue(found >= bytes && found <= bytes + messages * OVERHEAD_BYTES, found + " bytes for " + bytes);
    }

    @Test
    void bothSidesCountCallsBytesAndTimes() {
        RpcClient client = connect(RpcOptions.standard());
        Counted counted = client.service(Counted.class);
        String text = "x".repeat(10_000);
        for (int i = 0; i < 100; i++) {
            counted.echo(text);
        }
        for (MethodStatistics each : List.of(
                of(client::methodStatistics, Side.CALLED, "echo", 100),
                of(node::methodStatistics, Side.SERVED, "echo", 100))) {
            assertEquals(100, each.calls());
            assertEquals(Map.of(), each.errors());
            assertAbout(100 * 10_000, 100, each.bytesIn());
            assertAbout(100 * 10_000, 100, each.bytesOut());
            assertTrue(each.p50Nanos() > 0 && each.p50Nanos() <= each.p99Nanos(), each.toString());
            assertTrue(each.p99Nanos() <= each.p999Nanos(), each.toString());
        }
        assertTrue(client.methodStatistics().stream()
                .anyMatch(each -> each.method().equals("find")));
    }

    @Test
    void failuresAreCountedByTheirCodes() {
        RpcClient client = connect(RpcOptions.standard());
        Counted counted = client.service(Counted.class);
        for (String code : List.of("no_luck", "no_luck", "no_time")) {
            assertThrows(RpcException.class, () -> counted.fail(code));
        }
        Map<String, Long> wanted = Map.of("no_luck", 2L, "no_time", 1L);
        assertEquals(
                wanted, of(client::methodStatistics, Side.CALLED, "fail", 3).errors());
        assertEquals(wanted, of(node::methodStatistics, Side.SERVED, "fail", 3).errors());
    }

    @Test
    void aDeadlineIsOneForTheCallerAndACancellationForTheCallee() {
        RpcClient client = connect(RpcOptions.standard().withTimeout(Duration.ofMillis(20)));
        Counted counted = client.service(Counted.class);
        assertThrows(RpcException.class, counted::hang);
        assertEquals(
                Map.of("deadline_exceeded", 1L),
                of(client::methodStatistics, Side.CALLED, "hang", 1).errors());
        MethodStatistics served = of(node::methodStatistics, Side.SERVED, "hang", 1);
        assertEquals(
                1, served.errors().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void streamsAreCountedToTheirEnd() throws InterruptedException {
        RpcClient client = connect(RpcOptions.standard());
        Counted counted = client.service(Counted.class);
        try (Items<String> items = counted.stream(1_000, 500)) {
            while (items.next() != null) {
                // Only their bytes are looked at.
            }
        }
        counted.sum(Items.of(List.of(1L, 2L, 3L)));
        assertAbout(
                500_000,
                1_000,
                of(client::methodStatistics, Side.CALLED, "stream", 1).bytesIn());
        assertAbout(
                500_000,
                1_000,
                of(node::methodStatistics, Side.SERVED, "stream", 1).bytesOut());
        assertAbout(
                3 * 8, 4, of(client::methodStatistics, Side.CALLED, "sum", 1).bytesOut());
        assertAbout(3 * 8, 4, of(node::methodStatistics, Side.SERVED, "sum", 1).bytesIn());
        try (Items<String> early = counted.stream(1_000_000, 500)) {
            early.next();
        }
        assertEquals(
                Map.of("cancelled", 1L),
                of(client::methodStatistics, Side.CALLED, "stream", 2).errors());
        assertEquals(
                Map.of("cancelled", 1L),
                of(node::methodStatistics, Side.SERVED, "stream", 2).errors());
    }

    @Test
    void callsByNameAreCountedAsWell() {
        RpcClient client = connect(RpcOptions.standard());
        NamedService counted = client.service("Counted");
        assertEquals("a", counted.call("echo", "a"));
        assertThrows(RpcException.class, () -> counted.call("echo", 1));
        assertEquals(
                Map.of("invalid_argument", 1L),
                of(client::methodStatistics, Side.CALLED, "echo", 2).errors());
        assertEquals(
                Map.of("invalid_argument", 1L),
                of(node::methodStatistics, Side.SERVED, "echo", 2).errors());
    }
}
