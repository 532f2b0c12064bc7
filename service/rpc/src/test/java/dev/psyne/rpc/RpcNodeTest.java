package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user does with a node and its clients. */
class RpcNodeTest {
    /** A point and what it is called. */
    public record Place(double x, double y, @Nullable String name) {}

    /** Everything that a service can do. */
    public interface Atlas {
        String greet(String name);

        Place middle(Place a, Place b);

        Tensor doubled(@Element(ElementType.F32) Tensor values);

        long bytes(MemorySegment data);

        Items<Integer> count(int upTo);

        long sum(Items<Long> values);

        Items<String> echo(Items<String> words);

        void fail(String code);

        void wait(String forWhat);
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch streamClosed = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    private final class Earth implements Atlas {
        @Override
        public String greet(String name) {
            return "hello " + name;
        }

        @Override
        public Place middle(Place a, Place b) {
            return new Place((a.x() + b.x()) / 2, (a.y() + b.y()) / 2, null);
        }

        @Override
        public Tensor doubled(Tensor values) {
            Tensor result = Tensor.allocate(Arena.ofAuto(), ElementType.F32, values.shape());
            for (long i = 0; i < values.shape().elements(); i++) {
                result.setFloat(i, 2 * values.getFloat(i));
            }
            return result;
        }

        @Override
        public long bytes(MemorySegment data) {
            return data.byteSize() + data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1);
        }

        @Override
        public Items<Integer> count(int upTo) {
            Items<Integer> numbers = Items.of(() -> IntStream.range(0, upTo).iterator());
            return new Items<>() {
                @Override
                public @Nullable Integer next() throws InterruptedException {
                    return numbers.next();
                }

                @Override
                public void close() {
                    streamClosed.countDown();
                }
            };
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
        public Items<String> echo(Items<String> words) {
            return new Items<>() {
                @Override
                public @Nullable String next() throws InterruptedException {
                    String word = words.next();
                    return word == null ? null : word + "!";
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void fail(String code) {
            if (code.isEmpty()) {
                throw new IllegalStateException("as asked");
            }
            throw new RpcException(code, "refused, as asked");
        }

        @Override
        public void wait(String forWhat) {
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String start(String address, RpcOptions options) {
        RpcNode node = RpcNode.start(scheduler, options, failures::add);
        open.add(node);
        return node.serve(Atlas.class, new Earth()).listen(address);
    }

    private RpcClient connect(String address) {
        return connect(address, RpcOptions.standard());
    }

    private RpcClient connect(String address, RpcOptions options) {
        RpcClient client = RpcClient.connect(address, scheduler, options, failures::add);
        open.addFirst(client);
        return client;
    }

    private Atlas atlas() {
        return connect(start("tcp://127.0.0.1:0", RpcOptions.standard())).service(Atlas.class);
    }

    @AfterEach
    void end() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
    }

    @Test
    void valuesRecordsAndTensorsGoThereAndBack() {
        Atlas atlas = atlas();
        assertEquals("hello wörld", atlas.greet("wörld"));
        assertEquals(new Place(2, 3, null), atlas.middle(new Place(1, 1, "a"), new Place(3, 5, null)));
        Tensor values = Tensor.allocate(Arena.ofAuto(), ElementType.F32, Shape.of(2, 3));
        values.setFloat(5, 1.5f);
        Tensor doubled = atlas.doubled(values);
        assertEquals(Shape.of(2, 3), doubled.shape());
        assertEquals(3f, doubled.getFloat(5));
        assertEquals(0, doubled.segment().address() % Tensor.ALIGNMENT_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_095, 65_536, 65_537, 1 << 20, 20_000_000})
    void aMessageOfAnyLengthArrives(int bytes) {
        byte[] data = new byte[bytes];
        data[bytes - 1] = 7;
        assertEquals(bytes + 7, atlas().bytes(MemorySegment.ofArray(data)));
    }

    @Test
    void itemsStreamBothWaysUnderCredit() throws InterruptedException {
        Atlas atlas = atlas();
        try (Items<Integer> numbers = atlas.count(100_000)) {
            for (int i = 0; i < 100_000; i++) {
                assertEquals(i, numbers.next());
            }
            assertNull(numbers.next());
        }
        List<Long> many = new ArrayList<>();
        for (long i = 0; i < 50_000; i++) {
            many.add(i);
        }
        assertEquals(50_000L * 49_999 / 2, atlas.sum(Items.of(many)));
        try (Items<String> words = atlas.echo(Items.of(List.of("a", "b")))) {
            assertEquals("a!", words.next());
            assertEquals("b!", words.next());
            assertNull(words.next());
        }
    }

    @Test
    void aReaderThatWantsNoMoreEndsTheStream() throws InterruptedException {
        try (Items<Integer> numbers = atlas().count(Integer.MAX_VALUE)) {
            assertEquals(0, numbers.next());
        }
        assertTrue(streamClosed.await(30, TimeUnit.SECONDS));
    }

    @Test
    void failuresAreTheCallees() throws InterruptedException {
        Atlas atlas = atlas();
        RpcException refused = assertThrows(RpcException.class, () -> atlas.fail("out_of_maps"));
        assertEquals("out_of_maps", refused.code());
        assertEquals("refused, as asked", refused.getMessage());
        RpcException broken = assertThrows(RpcException.class, () -> atlas.fail(""));
        assertEquals("failed", broken.code());
        assertEquals("hello again", atlas.greet("again"));
    }

    @Test
    void itemsThatFailFailTheCall() {
        Items<Long> items = new Items<>() {
            @Override
            public Long next() {
                throw new RpcException("no_numbers", "there are no numbers");
            }

            @Override
            public void close() {}
        };
        RpcException failed = assertThrows(RpcException.class, () -> atlas().sum(items));
        assertTrue(failed.getMessage().contains("there are no numbers"), failed.getMessage());
    }

    @Test
    void aCallThatTakesTooLongEndsAtItsDeadline() {
        String address = start("tcp://127.0.0.1:0", RpcOptions.standard());
        Atlas hasty = connect(address, RpcOptions.standard().withTimeout(Duration.ofMillis(50)))
                .service(Atlas.class);
        RpcException late = assertThrows(RpcException.class, () -> hasty.wait("the end"));
        assertEquals("deadline_exceeded", late.code());
        assertEquals("hello again", connect(address).service(Atlas.class).greet("again"));
    }

    @Test
    void manyThreadsShareOneConnection() throws InterruptedException {
        Atlas atlas = atlas();
        List<Thread> threads = new ArrayList<>();
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        for (int thread = 0; thread < 50; thread++) {
            String name = "n" + thread;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 100; i++) {
                    answers.add(atlas.greet(name));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(5_000, answers.size());
        assertEquals(100, answers.stream().filter("hello n7"::equals).count());
    }

    @Test
    void aUnixSocketCarriesItToo(@TempDir Path directory) {
        String address = start("unix:" + directory.resolve("node"), RpcOptions.standard());
        assertEquals("hello unix", connect(address).service(Atlas.class).greet("unix"));
        UncheckedIOException taken = assertThrows(
                UncheckedIOException.class, () -> start("unix:" + directory.resolve("node"), RpcOptions.standard()));
        assertTrue(String.valueOf(taken.getMessage()).contains("another process listens there"), taken.getMessage());
    }

    @Test
    void oneClientCallsWhatAnotherOffers() throws InterruptedException {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        String address = node.listen("tcp://127.0.0.1:0");
        RpcClient provider = connect(address);
        assertEquals("earth", provider.offer("earth", Atlas.class, new Earth()));
        RpcClient user = connect(address);
        assertEquals(List.of("earth"), user.services());
        Atlas earth = user.service("earth", Atlas.class);
        assertEquals("hello relay", earth.greet("relay"));
        assertEquals(1_000_001, earth.bytes(MemorySegment.ofArray(filled(1_000_000))));
        try (Items<Integer> numbers = earth.count(100_000)) {
            for (int i = 0; i < 100_000; i++) {
                assertEquals(i, numbers.next());
            }
            assertNull(numbers.next());
        }
        assertEquals(6, earth.sum(Items.of(List.of(1L, 2L, 3L))));
        RpcException refused = assertThrows(RpcException.class, () -> earth.fail("out_of_maps"));
        assertEquals("out_of_maps", refused.code());
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                earth.wait("for ever");
            } catch (RpcException gone) {
                failures.add(gone);
            }
        });
        while (provider.callsIn() == 0) {
            Thread.onSpinWait();
        }
        provider.close();
        waiting.join();
        RpcException gone = (RpcException) failures.take();
        assertEquals("unavailable", gone.code());
        assertEquals(
                "not_found",
                assertThrows(RpcException.class, () -> user.service("earth", Atlas.class))
                        .code());
    }

    private static byte[] filled(int bytes) {
        byte[] data = new byte[bytes];
        java.util.Arrays.fill(data, (byte) 1);
        return data;
    }

    @Test
    void whoHasNotTheTokenIsNotLetIn() {
        RpcOptions secret = RpcOptions.standard().withToken("s3cret");
        String address = start("tcp://127.0.0.1:0", secret);
        RpcException without = assertThrows(RpcException.class, () -> connect(address));
        assertEquals("permission_denied", without.code());
        assertTrue(without.getMessage().contains("the token is missing"), without.getMessage());
        assertEquals("hello you", connect(address, secret).service(Atlas.class).greet("you"));
    }

    @Test
    void aServiceThatIsNotThereIsNamedWithThoseThatAre() {
        RpcClient client = connect(start("tcp://127.0.0.1:0", RpcOptions.standard()));
        RpcException missing = assertThrows(RpcException.class, () -> client.service("Moon", Atlas.class));
        assertEquals("not_found", missing.code());
        assertTrue(
                missing.getMessage().contains("'Moon'") && missing.getMessage().contains("Atlas"),
                missing.getMessage());
    }

    @Test
    void addressesAndOtherMachinesAreRefusedClearly() {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        IllegalArgumentException foreign =
                assertThrows(IllegalArgumentException.class, () -> node.listen("tcp://0.0.0.0:0"));
        assertTrue(String.valueOf(foreign.getMessage()).contains("give a token"), foreign.getMessage());
        IllegalArgumentException unreadable =
                assertThrows(IllegalArgumentException.class, () -> node.listen("http://127.0.0.1:1"));
        assertTrue(String.valueOf(unreadable.getMessage()).contains("http://127.0.0.1:1"), unreadable.getMessage());
        assertThrows(UncheckedIOException.class, () -> connect("tcp://127.0.0.1:1"));
    }

    @Test
    void whenTheNodeStopsItsCallersAreTold() throws InterruptedException {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        String address = node.serve(Atlas.class, new Earth()).listen("tcp://127.0.0.1:0");
        Atlas atlas = connect(address).service(Atlas.class);
        assertNotNull(atlas.greet("x"));
        node.close();
        RpcException gone = assertThrows(RpcException.class, () -> {
            while (true) {
                atlas.greet("y");
            }
        });
        assertEquals("unavailable", gone.code());
    }

    @Test
    void aDefaultMethodIsTheInterfacesOwnAndObjectsMethodsWork() {
        Atlas atlas = atlas();
        assertTrue(atlas.toString().contains("Atlas"));
        assertEquals(atlas, atlas);
        assertEquals(atlas.hashCode(), atlas.hashCode());
    }
}
