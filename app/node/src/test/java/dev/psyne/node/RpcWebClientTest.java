package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcOptions;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A Java program that reaches a node by its WebSocket, beside one that reaches it over TCP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RpcWebClientTest {
    /** Larger than a piece, a message of the WebSocket and what a socket takes at once. */
    private static final int LARGE_BYTES = 30 << 20;

    /** What a client offers. */
    @Name("Mill")
    public interface Mill {
        MemorySegment turned(@Name("grain") MemorySegment grain);

        Items<Integer> counted(@Name("count") int count);

        long weighed(Items<Integer> weights);
    }

    private static final class Miller implements Mill {
        @Override
        public MemorySegment turned(MemorySegment grain) {
            return grain;
        }

        @Override
        public Items<Integer> counted(int count) {
            return Items.of(IntStream.range(0, count).boxed().toList());
        }

        @Override
        public long weighed(Items<Integer> weights) {
            long sum = 0;
            try {
                for (Integer weight = weights.next(); weight != null; weight = weights.next()) {
                    sum += weight;
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return sum;
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private Node node;

    private static Node node(Optional<String> token) {
        return Node.start(
                new NodeOptions(
                        "127.0.0.1",
                        0,
                        token,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(ModelSource.at(RunningNode.MODEL)),
                        ModelMemory.standard(),
                        2,
                        NodeLimits.standard(),
                        Optional.empty()),
                HyphaOptions.passing(),
                List.of("tcp://127.0.0.1:0"));
    }

    @BeforeAll
    void start() {
        node = node(Optional.empty());
    }

    @AfterAll
    void end() {
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private RpcClient connect(String address) {
        return RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add);
    }

    private String web() {
        return "ws://" + node.uri().getAuthority() + "/psyne";
    }

    private String tcp() {
        return node.rpcAddresses().getFirst();
    }

    @Test
    void oneDirectoryOfServicesIsReachedByAllWays() {
        try (RpcClient web = connect(web());
                RpcClient page = connect(node.uri().toString());
                RpcClient tcp = connect(tcp())) {
            assertEquals(tcp.services(), web.services());
            assertEquals(tcp.services(), page.services());
            assertEquals(List.of("scenes-2"), web.service(VisionCalls.class).models());
        }
    }

    @Test
    void whatOneOffersTheOtherCalls() throws Exception {
        for (boolean swapped : new boolean[] {false, true}) {
            try (RpcClient provider = connect(swapped ? tcp() : web());
                    RpcClient caller = connect(swapped ? web() : tcp())) {
                String name = provider.offer("mill-" + swapped, Mill.class, new Miller());
                Mill mill = caller.service(name, Mill.class);
                byte[] grain = new byte[LARGE_BYTES];
                grain[LARGE_BYTES - 1] = 7;
                MemorySegment flour = mill.turned(MemorySegment.ofArray(grain));
                assertEquals(LARGE_BYTES, flour.byteSize());
                assertEquals(7, flour.get(ValueLayout.JAVA_BYTE, LARGE_BYTES - 1));
                assertEquals(
                        4_950,
                        mill.weighed(Items.of(IntStream.range(0, 100).boxed().toList())));
                try (Items<Integer> counted = mill.counted(50_000)) {
                    for (int i = 0; i < 50_000; i++) {
                        assertEquals(i, counted.next());
                    }
                }
            }
        }
    }

    @Test
    void manyCallsAreUnderWayAtATime() {
        try (RpcClient provider = connect(web());
                RpcClient caller = connect(web())) {
            Mill mill = caller.service(provider.offer("busy-mill", Mill.class, new Miller()), Mill.class);
            List<CompletableFuture<Long>> turned = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                MemorySegment grain = MemorySegment.ofArray(new byte[1 + i * 300]);
                turned.add(
                        CompletableFuture.supplyAsync(() -> mill.turned(grain).byteSize(), Thread::startVirtualThread));
            }
            for (int i = 0; i < turned.size(); i++) {
                assertEquals(1 + i * 300, turned.get(i).join());
            }
        }
    }

    @Test
    void whoeverIsNotThereSaysSo() {
        assertThrows(UncheckedIOException.class, () -> connect("ws://127.0.0.1:1/psyne"));
        UncheckedIOException page =
                assertThrows(UncheckedIOException.class, () -> connect(web().replace("/psyne", "/health")));
        assertTrue(String.valueOf(page.getMessage()).contains("no WebSocket of psyne.v2"), page::getMessage);
        for (String wrong : List.of("ws:", "ws:///psyne", "http://", "http://127.0.0.1:1/#there", "ws://a b")) {
            assertThrows(IllegalArgumentException.class, () -> connect(wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> connect("mem:here"));
    }

    @Test
    void theTokenIsShownOnceWithTheHandshake() {
        try (Node guarded = node(Optional.of("s3cret"))) {
            String address = "http://" + guarded.uri().getAuthority();
            RpcException refused = assertThrows(RpcException.class, () -> connect(address));
            assertEquals("permission_denied", refused.code());
            RpcOptions secret = RpcOptions.standard().withToken("s3cret");
            try (RpcClient known = RpcClient.connect(address, scheduler, secret, failures::add)) {
                assertFalse(known.services().isEmpty());
            }
        }
    }

    @Test
    void aNodeThatStopsFailsTheCallsUnderWay() throws Exception {
        RpcException gone;
        try (Node leaving = node(Optional.empty());
                RpcClient provider = connect(leaving.rpcAddresses().getFirst());
                RpcClient caller = connect(leaving.uri().toString())) {
            CompletableFuture<Void> called = new CompletableFuture<>();
            provider.offer("slow", Waiting.class, () -> {
                called.complete(null);
                awaitInterrupt();
            });
            CompletableFuture<Throwable> failed = new CompletableFuture<>();
            Waiting waiting = caller.service("slow", Waiting.class);
            Thread.startVirtualThread(() -> {
                try {
                    waiting.waitForever();
                } catch (Throwable why) {
                    failed.complete(why);
                }
            });
            called.join();
            leaving.close();
            gone = (RpcException) failed.join();
        }
        assertEquals("unavailable", gone.code());
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call that does not end. */
    public interface Waiting {
        void waitForever();
    }
}
