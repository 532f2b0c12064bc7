package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of calls, streams and offers when connections come and go. */
class RpcPoolTest {
    /** Methods that may be called twice, and some that may not. */
    public interface Library {
        String where();

        @Idempotent
        String whereEither();

        String borrow(String book);

        @Idempotent
        String read(String book);

        @Idempotent
        Items<Integer> pages(int count);

        Items<Integer> copies(int count);

        @Idempotent
        String busyOnce();
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final RpcOptions options = RpcOptions.standard()
            .withTimeout(Duration.ofMinutes(2))
            .withPool(PoolOptions.standard().withBackOff(Duration.ofMillis(1), Duration.ofMillis(20)));

    private final class House implements Library {
        private final String name;
        private final Semaphore begun = new Semaphore(0);
        private final AtomicInteger given = new AtomicInteger();
        private final AtomicInteger busy = new AtomicInteger();

        private House(String name) {
            this.name = name;
        }

        @Override
        public String where() {
            return name;
        }

        @Override
        public String whereEither() {
            return name;
        }

        @Override
        public String borrow(String book) {
            begun.release();
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return name;
        }

        @Override
        public String read(String book) {
            return borrow(book);
        }

        @Override
        public Items<Integer> pages(int count) {
            return Items.of(() ->
                    IntStream.range(0, count).peek(_ -> given.getAndIncrement()).iterator());
        }

        @Override
        public Items<Integer> copies(int count) {
            return pages(count);
        }

        @Override
        public String busyOnce() {
            if (busy.getAndIncrement() == 0) {
                throw new RpcException("unavailable", "not now", 1);
            }
            return name;
        }
    }

    private RpcNode node(House house) {
        RpcNode node = RpcNode.start(scheduler, options, failures::add);
        open.add(node);
        return node.serve(Library.class, house);
    }

    private RpcClient connect(String addresses) {
        return connect(addresses, options);
    }

    private RpcClient connect(String addresses, RpcOptions with) {
        RpcClient client = RpcClient.connect(addresses, scheduler, with, failures::add);
        open.addFirst(client);
        return client;
    }

    private LoopbackProxy proxy(String address) throws IOException {
        LoopbackProxy proxy = new LoopbackProxy(address);
        open.add(proxy);
        return proxy;
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** A node where one was that has been closed; the kernel may need a moment to take its socket away. */
    private RpcNode nodeAgain(House house, String address) {
        RpcNode node = node(house);
        while (true) {
            try {
                node.listen(address);
                return node;
            } catch (UncheckedIOException taken) {
                Thread.onSpinWait();
            }
        }
    }

    @AfterEach
    void end() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void aProxyGoesOnWhenItsConnectionWasLost() throws Exception {
        LoopbackProxy proxy = proxy(node(new House("a")).listen("tcp://127.0.0.1:0"));
        RpcClient client = connect(proxy.address());
        Library library = client.service(Library.class);
        assertEquals("a", library.where());
        for (int i = 0; i < 3; i++) {
            proxy.cut();
            assertEquals("a", library.whereEither());
            await(() -> client.connections() == 1);
            assertEquals("a", library.where());
        }
    }

    @Test
    void anIdempotentCallWaitsForANodeThatIsStartedAgain() throws Exception {
        RpcNode first = node(new House("first"));
        String address = first.listen("tcp://127.0.0.1:0");
        RpcClient client = connect(address);
        Library library = client.service(Library.class);
        assertEquals("first", library.where());
        first.close();
        await(() -> client.connections() == 0);
        RpcException gone = assertThrows(RpcException.class, () -> {
            while (true) {
                library.where();
            }
        });
        assertEquals("unavailable", gone.code());
        assertTrue(String.valueOf(gone.getMessage()).contains(address), gone.getMessage());
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Thread waiting = Thread.ofVirtual().start(() -> answers.add(library.whereEither()));
        nodeAgain(new House("second"), address);
        assertEquals("second", answers.take());
        waiting.join();
        assertEquals("second", library.where());
    }

    @Test
    void callsGoElsewhereWhenANodeIsGone() {
        RpcNode first = node(new House("a"));
        String a = first.listen("tcp://127.0.0.1:0");
        String b = node(new House("b")).listen("tcp://127.0.0.1:0");
        RpcClient client = connect(a + "," + b);
        await(() -> client.connections() == 2);
        Library library = client.service(Library.class);
        List<String> both =
                IntStream.range(0, 20).mapToObj(_ -> library.where()).toList();
        assertTrue(both.contains("a") && both.contains("b"), both::toString);
        first.close();
        for (int i = 0; i < 20; i++) {
            String where = library.whereEither();
            assertTrue("a".equals(where) || "b".equals(where), where);
        }
        await(() -> client.connections() == 1);
        for (int i = 0; i < 20; i++) {
            assertEquals("b", library.where());
        }
        nodeAgain(new House("c"), a);
        await(() -> client.connections() == 2);
        await(() -> "c".equals(library.where()));
    }

    @Test
    void aCallUnderWayIsRepeatedIfItMayBe() throws Exception {
        House slow = new House("slow");
        LoopbackProxy proxy = proxy(node(slow).listen("tcp://127.0.0.1:0"));
        RpcClient client = connect(proxy.address());
        Library library = client.service(Library.class);
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Thread reads = Thread.ofVirtual().start(() -> answers.add(library.read("a")));
        Thread borrows = Thread.ofVirtual().start(() -> {
            try {
                answers.add(library.borrow("a"));
            } catch (RpcException failed) {
                answers.add(failed.code());
                assertNull(failed.retryAfterMillis());
            }
        });
        slow.begun.acquire(2);
        proxy.cut();
        assertEquals("unavailable", answers.take());
        slow.begun.acquire();
        go.countDown();
        assertEquals("slow", answers.take());
        reads.join();
        borrows.join();
        assertEquals(0, slow.begun.availablePermits());
    }

    @Test
    void whoHasTooMuchToDoIsAskedAgainWhenHeSaysSo() {
        House house = new House("a");
        Library library = connect(node(house).listen("tcp://127.0.0.1:0")).service(Library.class);
        assertEquals("a", library.busyOnce());
        assertEquals(2, house.busy.get());
    }

    @Test
    void aStreamGoesOnWhereItsConnectionWasLost() throws Exception {
        House house = new House("a");
        LoopbackProxy proxy = proxy(node(house).listen("tcp://127.0.0.1:0"));
        Library library = connect(proxy.address()).service(Library.class);
        int count = 100_000;
        try (Items<Integer> pages = library.pages(count)) {
            for (int i = 0; i < count; i++) {
                assertEquals(i, pages.next());
                if (i == 0 || i == 777 || i == 50_000) {
                    proxy.cut();
                }
            }
            assertNull(pages.next());
        }
        assertTrue(house.given.get() > count, "it was made again " + house.given);
    }

    @Test
    void aStreamGoesOnAtAnotherNode() throws Exception {
        RpcNode first = node(new House("a"));
        String a = first.listen("tcp://127.0.0.1:0");
        RpcClient client = connect(a);
        Library library = client.service(Library.class);
        try (Items<Integer> pages = library.pages(30_000)) {
            for (int i = 0; i < 10; i++) {
                assertEquals(i, pages.next());
            }
            first.close();
            nodeAgain(new House("b"), a);
            for (int i = 10; i < 30_000; i++) {
                assertEquals(i, pages.next());
            }
            assertNull(pages.next());
        }
    }

    @Test
    void aStreamThatMayNotBeCalledAgainFails() throws Exception {
        LoopbackProxy proxy = proxy(node(new House("a")).listen("tcp://127.0.0.1:0"));
        Library library = connect(proxy.address()).service(Library.class);
        try (Items<Integer> copies = library.copies(Integer.MAX_VALUE)) {
            assertEquals(0, copies.next());
            proxy.cut();
            RpcException lost = assertThrows(RpcException.class, () -> {
                while (copies.next() != null) {}
            });
            assertEquals("unavailable", lost.code());
        }
    }

    @Test
    void aHundredCallsUnderWayEndOnceEach() throws Exception {
        House slow = new House("slow");
        LoopbackProxy proxy = proxy(node(slow).listen("tcp://127.0.0.1:0"));
        Library library = connect(
                        proxy.address(), options.withPool(options.pool().withConnections(3)))
                .service(Library.class);
        AtomicInteger lost = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                try {
                    library.borrow("a");
                } catch (RpcException gone) {
                    assertEquals("unavailable", gone.code());
                    lost.getAndIncrement();
                }
            }));
        }
        slow.begun.acquire(100);
        proxy.cut();
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(100, lost.get());
        assertEquals("slow", library.whereEither());
    }

    @Test
    void callsSpreadOverNodesAndConnections() throws Exception {
        House a = new House("a");
        House b = new House("b");
        RpcNode first = node(a);
        RpcNode second = node(b);
        RpcClient client = connect(
                first.listen("tcp://127.0.0.1:0") + "," + second.listen("tcp://127.0.0.1:0"),
                options.withPool(options.pool().withConnections(2)));
        await(() -> client.connections() == 4);
        assertEquals(2, first.connections());
        Library library = client.service(Library.class);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            callers.add(Thread.ofVirtual().start(() -> library.borrow("a")));
            await(() -> a.begun.availablePermits() + b.begun.availablePermits() == callers.size());
        }
        assertEquals(20, a.begun.availablePermits());
        assertEquals(20, b.begun.availablePermits());
        go.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @Test
    void anOfferIsMadeAgainAndItsCallersGoOn() throws Exception {
        String address = node(new House("node")).listen("tcp://127.0.0.1:0");
        LoopbackProxy proxy = proxy(address);
        RpcClient provider = connect(proxy.address());
        assertEquals("offered", provider.offer("offered", Library.class, new House("provider")));
        Library library = connect(address).service("offered", Library.class);
        assertEquals("provider", library.where());
        proxy.cut();
        await(() -> answers(library));
        proxy.cutUnnoticed();
        await(() -> answers(library));
        provider.withdraw("offered");
        assertFalse(connect(address).services().contains("offered"));
    }

    private static boolean answers(Library library) {
        try {
            return "provider".equals(library.whereEither());
        } catch (RpcException gone) {
            assertEquals("unavailable", gone.code());
            return false;
        }
    }

    @Test
    void anOfferReachesEveryNodeAndOnesThatComeLater() throws Exception {
        RpcNode first = node(new House("a"));
        RpcNode second = node(new House("b"));
        String a = first.listen("tcp://127.0.0.1:0");
        String b = second.listen("tcp://127.0.0.1:0");
        RpcClient provider = connect(a + "," + b);
        await(() -> provider.connections() == 2);
        provider.offer("offered", Library.class, new House("provider"));
        assertTrue(first.services().contains("offered"));
        assertTrue(second.services().contains("offered"));
        RpcException twice =
                assertThrows(RpcException.class, () -> provider.offer("offered", Library.class, new House("provider")));
        assertTrue(String.valueOf(twice.getMessage()).contains("'offered' is offered already"), twice.getMessage());
        first.close();
        RpcNode again = nodeAgain(new House("a"), a);
        await(() -> again.services().contains("offered"));
    }

    @Test
    void aNameThatAnotherClientHasIsRefusedAtAllNodes() {
        RpcNode first = node(new House("a"));
        RpcNode second = node(new House("b"));
        String a = first.listen("tcp://127.0.0.1:0");
        String b = second.listen("tcp://127.0.0.1:0");
        connect(b).offer("offered", Library.class, new House("other"));
        RpcClient provider = connect(a + "," + b);
        await(() -> provider.connections() == 2);
        RpcException taken =
                assertThrows(RpcException.class, () -> provider.offer("offered", Library.class, new House("provider")));
        assertEquals("invalid_argument", taken.code());
        assertFalse(first.services().contains("offered"));
        assertTrue(second.services().contains("offered"));
    }

    @Test
    void aServiceThatOneNodeLacksIsCalledAtTheOther() {
        RpcNode bare = RpcNode.start(scheduler, options, failures::add);
        open.add(bare);
        RpcClient client = connect(
                bare.listen("tcp://127.0.0.1:0") + "," + node(new House("b")).listen("tcp://127.0.0.1:0"));
        await(() -> client.connections() == 2);
        Library library = client.service(Library.class);
        for (int i = 0; i < 10; i++) {
            assertEquals("b", library.where());
        }
        assertEquals(
                "not_found",
                assertThrows(RpcException.class, () -> client.service("Moon", Library.class))
                        .code());
    }

    @Test
    void ifNobodyCanBeReachedTheErrorNamesAll() {
        UncheckedIOException nobody =
                assertThrows(UncheckedIOException.class, () -> connect("tcp://127.0.0.1:1,unix:/nowhere/at/all"));
        String message = String.valueOf(nobody.getMessage());
        assertTrue(message.contains("tcp://127.0.0.1:1: ") && message.contains("unix:/nowhere/at/all: "), message);
        assertThrows(IllegalArgumentException.class, () -> connect("tcp://127.0.0.1:1,"));
        assertThrows(IllegalArgumentException.class, () -> connect(""));
    }

    @Test
    void aNodeThatTurnsTheClientAwayIsNamedAndTheOtherServes() throws Exception {
        RpcNode strict = RpcNode.start(scheduler, options.withToken("s3cret"), failures::add);
        open.add(strict);
        String closed = strict.serve(Library.class, new House("strict")).listen("tcp://127.0.0.1:0");
        RpcClient client = connect(closed + "," + node(new House("b")).listen("tcp://127.0.0.1:0"));
        RpcException refused = (RpcException) failures.take();
        assertEquals("permission_denied", refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains(closed), refused.getMessage());
        Library library = client.service(Library.class);
        for (int i = 0; i < 10; i++) {
            assertEquals("b", library.where());
        }
        assertEquals(1, client.connections());
    }

    @Test
    void whoAcceptsAndSaysNothingIsNamedAndTheOtherServes() throws Exception {
        RpcOptions hasty = options.withPool(options.pool().withHelloTimeout(Duration.ofMillis(100)));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String mute = "tcp://127.0.0.1:" + silent.getLocalPort();
            RpcException nobody = assertThrows(RpcException.class, () -> connect(mute, hasty));
            assertEquals("unavailable", nobody.code());
            String message = String.valueOf(nobody.getMessage());
            assertTrue(message.contains(mute) && message.contains("nothing was said for 100 ms"), message);
            Library library = connect(mute + "," + node(new House("b")).listen("tcp://127.0.0.1:0"), hasty)
                    .service(Library.class);
            assertEquals("b", library.where());
        }
    }

    @Test
    void aReaderThatWaitsIsToldWhenItsClientCloses() throws Exception {
        House house = new House("a");
        RpcClient client = connect(node(house).listen("tcp://127.0.0.1:0"));
        Library library = client.service(Library.class);
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        Thread reads = Thread.ofVirtual()
                .start(() -> ends.add(assertThrows(RpcException.class, () -> library.read("a"))
                        .code()));
        house.begun.acquire();
        client.close();
        assertEquals("unavailable", ends.take());
        reads.join();
        assertEquals(0, client.connections());
    }
}
