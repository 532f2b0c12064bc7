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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user does with a node at an {@code ipc:} name and its clients, of one process and both ways to wait. Nothing of it is left. */
@Timeout(120)
class IpcNodeTest {
    @TempDir
    private Path folder;

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final IpcEarth earth = new IpcEarth();
    private final List<AutoCloseable> open = new ArrayList<>();

    private String address(String name, String wait) {
        return "ipc:" + name + "?wait=" + wait + "&directory=" + directory();
    }

    private Path directory() {
        return folder.resolve("channels");
    }

    private RpcNode start(String address, RpcOptions options) {
        RpcNode node = RpcNode.start(scheduler, options, failures::add);
        open.add(node);
        assertEquals(address, node.serve(IpcAtlas.class, earth).listen(address));
        return node;
    }

    private RpcClient connect(String address, RpcOptions options) {
        RpcClient client = RpcClient.connect(address, scheduler, options, failures::add);
        open.addFirst(client);
        return client;
    }

    private RpcClient connect(String address) {
        return connect(address, RpcOptions.standard());
    }

    private IpcAtlas atlas(String wait) {
        start(address("earth", wait), RpcOptions.standard());
        return connect(address("earth", wait)).service(IpcAtlas.class);
    }

    @AfterEach
    @Timeout(60)
    void end() throws Exception {
        earth.go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
        IpcFiles.awaitNone(directory());
        assertEquals(List.of(), List.copyOf(failures));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void valuesAndTensorsGoThereAndBack(String wait) {
        IpcAtlas atlas = atlas(wait);
        for (int i = 0; i < 1_000; i++) {
            assertEquals("hello wörld", atlas.greet("wörld"));
        }
        Tensor values = Tensor.allocate(Arena.ofAuto(), ElementType.F32, Shape.of(2, 3));
        values.setFloat(5, 1.5f);
        Tensor doubled = atlas.doubled(values);
        assertEquals(Shape.of(2, 3), doubled.shape());
        assertEquals(3f, doubled.getFloat(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_095, 65_536, 65_537, 1 << 20, 20_000_000})
    void aMessageOfAnyLengthArrives(int bytes) {
        byte[] data = new byte[bytes];
        data[bytes - 1] = 7;
        assertEquals(bytes + 7, atlas("park").bytes(MemorySegment.ofArray(data)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void itemsStreamBothWaysUnderCredit(String wait) throws InterruptedException {
        IpcAtlas atlas = atlas(wait);
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
        try (Items<Integer> numbers = atlas.count(Integer.MAX_VALUE)) {
            assertEquals(0, numbers.next());
        }
        assertTrue(earth.streamClosed.await(30, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void threadsOfBothKindsShareOneConnection(String wait) throws InterruptedException {
        IpcAtlas atlas = atlas(wait);
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String name = "n" + i;
            Runnable caller = () -> {
                for (int call = 0; call < 100; call++) {
                    answers.add(atlas.greet(name));
                }
            };
            threads.add(
                    i % 2 == 0
                            ? Thread.ofVirtual().start(caller)
                            : Thread.ofPlatform().start(caller));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(2_000, answers.size());
        for (int i = 0; i < 20; i++) {
            String answer = "hello n" + i;
            assertEquals(100, answers.stream().filter(answer::equals).count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void aMethodMarkedInlineRunsOnTheThreadThatReads(String wait) {
        IpcAtlas atlas = atlas(wait);
        assertTrue(atlas.thread().startsWith("psyne-rpc-ipc"), atlas.thread());
        RpcException refused = assertThrows(RpcException.class, () -> atlas.failInline("out_of_maps"));
        assertEquals("out_of_maps", refused.code());
        assertEquals(
                "failed",
                assertThrows(RpcException.class, () -> atlas.failInline("")).code());
        assertEquals("hello again", atlas.greet("again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void aCallThatTakesTooLongEndsAtItsDeadline(String wait) {
        start(address("earth", wait), RpcOptions.standard());
        IpcAtlas hasty = connect(address("earth", wait), RpcOptions.standard().withTimeout(Duration.ofMillis(50)))
                .service(IpcAtlas.class);
        RpcException late = assertThrows(RpcException.class, () -> hasty.wait("the end"));
        assertEquals("deadline_exceeded", late.code());
        assertEquals(
                "hello again",
                connect(address("earth", wait)).service(IpcAtlas.class).greet("again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void aThreadThatIsInterruptedStopsWaiting(String wait) throws InterruptedException {
        IpcAtlas atlas = atlas(wait);
        BlockingQueue<RpcException> thrown = new LinkedBlockingQueue<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            thrown.add(assertThrows(RpcException.class, () -> atlas.wait("for ever")));
            assertTrue(Thread.interrupted());
        });
        caller.join();
        assertEquals("cancelled", thrown.take().code());
        assertEquals("hello again", atlas.greet("again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void whenEitherSideStopsTheOtherIsTold(String wait) throws InterruptedException {
        RpcNode node = start(address("earth", wait), RpcOptions.standard());
        RpcClient brief = connect(address("earth", wait));
        assertNotNull(brief.service(IpcAtlas.class).greet("x"));
        brief.close();
        while (node.connections() != 0) {
            Thread.onSpinWait();
        }
        RpcClient client = connect(address("earth", wait));
        IpcAtlas atlas = client.service(IpcAtlas.class);
        BlockingQueue<RpcException> thrown = new LinkedBlockingQueue<>();
        Thread caller = Thread.ofPlatform()
                .start(() -> thrown.add(assertThrows(RpcException.class, () -> atlas.wait("for ever"))));
        assertEquals("hello y", atlas.greet("y"));
        node.close();
        caller.join();
        assertEquals("unavailable", thrown.take().code());
        assertEquals(
                "unavailable",
                assertThrows(RpcException.class, () -> atlas.greet("z")).code());
    }

    @Test
    void oneClientCallsWhatAnotherOffers() throws InterruptedException {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        String address = node.listen(address("relay", "park"));
        RpcClient provider = connect(address);
        assertEquals("earth", provider.offer("earth", IpcAtlas.class, earth));
        RpcClient user = connect(node.listen("tcp://127.0.0.1:0"));
        IpcAtlas far = user.service("earth", IpcAtlas.class);
        assertEquals("hello relay", far.greet("relay"));
        byte[] data = new byte[1_000_000];
        Arrays.fill(data, (byte) 1);
        assertEquals(1_000_001, far.bytes(MemorySegment.ofArray(data)));
        assertEquals(6, far.sum(Items.of(List.of(1L, 2L, 3L))));
        try (Items<Integer> numbers = far.count(10_000)) {
            for (int i = 0; i < 10_000; i++) {
                assertEquals(i, numbers.next());
            }
        }
    }

    @Test
    void whoHasNotTheTokenIsNotLetIn() {
        RpcOptions secret = RpcOptions.standard().withToken("s3cret");
        start(address("earth", "park"), secret);
        RpcException without = assertThrows(RpcException.class, () -> connect(address("earth", "park")));
        assertEquals("permission_denied", without.code());
        assertEquals(
                "hello you",
                connect(address("earth", "park"), secret)
                        .service(IpcAtlas.class)
                        .greet("you"));
    }

    @Test
    void aNameThatIsTakenAndOneThatNobodyHasAreSaid() {
        start(address("earth", "park"), RpcOptions.standard());
        UncheckedIOException taken =
                assertThrows(UncheckedIOException.class, () -> start(address("earth", "park"), RpcOptions.standard()));
        assertTrue(
                String.valueOf(taken.getMessage())
                        .contains("cannot listen at ipc:earth: another process listens there"),
                taken.getMessage());
        UncheckedIOException nobody = assertThrows(UncheckedIOException.class, () -> connect(address("moon", "park")));
        assertTrue(String.valueOf(nobody.getMessage()).contains("nobody listens there"), nobody.getMessage());
        assertEquals(
                "hello still",
                connect(address("earth", "park")).service(IpcAtlas.class).greet("still"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc:", "ipc:a/b", "ipc:.a", "ipc:a?wait=sleep", "ipc:a?directory=b", "ipc:a?x=1"})
    void whatIsNoAddressIsRefusedWithTheReason(String address) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> connect(address));
        assertTrue(String.valueOf(refused.getMessage()).contains(address), refused.getMessage());
    }

    @Test
    void theNameAloneIsThereWhileTwoAreConnected() throws Exception {
        start(address("earth", "park"), RpcOptions.standard());
        assertEquals(
                "hello x",
                connect(address("earth", "park")).service(IpcAtlas.class).greet("x"));
        assertEquals(List.of("psyne.ring.earth.rpc"), IpcFiles.channels(directory()));
        assertEquals(1, IpcFiles.processes(directory()).size());
    }
}
