package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One side of an {@code ipc:} connection is killed, in a process of its own. */
@Timeout(120)
class IpcDeathTest {
    @TempDir
    private Path folder;

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final IpcEarth earth = new IpcEarth();
    private final List<AutoCloseable> open = new ArrayList<>();

    private Path directory() {
        return folder.resolve("channels");
    }

    private String address(String wait) {
        return "ipc:earth?wait=" + wait + "&directory=" + directory();
    }

    private RpcClient connect(String address) {
        RpcClient client = RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add);
        open.addFirst(client);
        return client;
    }

    private RpcNode start(String address) {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        node.serve(IpcAtlas.class, earth).listen(address);
        return node;
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
    void callsToANodeThatIsKilledFailAsUnavailable(String wait) throws Exception {
        try (IpcChild node = IpcChild.node(address("park"))) {
            RpcClient client = connect(address(wait));
            IpcAtlas atlas = client.service(IpcAtlas.class);
            assertEquals("hello there", atlas.greet("there"));
            Items<Integer> numbers = atlas.count(Integer.MAX_VALUE);
            assertEquals(0, numbers.next());
            BlockingQueue<RpcException> thrown = new LinkedBlockingQueue<>();
            List<Thread> callers = Stream.of(Thread.ofPlatform(), Thread.ofVirtual(), Thread.ofPlatform())
                    .map(thread -> thread.start(
                            () -> thrown.add(assertThrows(RpcException.class, () -> atlas.wait("for ever")))))
                    .toList();
            assertEquals("hello again", atlas.greet("again"));
            node.kill();
            for (Thread caller : callers) {
                caller.join();
                assertEquals("unavailable", thrown.take().code());
            }
            RpcException gone = assertThrows(RpcException.class, () -> {
                while (numbers.next() != null) {
                    // What had come before is still read.
                }
            });
            assertEquals("unavailable", gone.code());
        }
    }

    @Test
    void theNameOfANodeThatWasKilledIsTakenOver() throws Exception {
        try (IpcChild first = IpcChild.node(address("park"))) {
            assertEquals(
                    "hello first",
                    connect(address("park")).service(IpcAtlas.class).greet("first"));
            first.kill();
        }
        start(address("park"));
        assertEquals(
                "hello second", connect(address("park")).service(IpcAtlas.class).greet("second"));
    }

    @Test
    void whatANodeAndItsClientHaveLeftIsRemovedByTheNext() throws Exception {
        try (IpcChild node = IpcChild.node(address("park"));
                IpcChild client = IpcChild.client(address("park"))) {
            assertEquals(List.of("psyne.ring.earth.rpc"), IpcFiles.channels(directory()));
            node.kill();
            client.kill();
        }
        start(address("park"));
        assertEquals(
                "hello next", connect(address("park")).service(IpcAtlas.class).greet("next"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "spin"})
    void aNodeEndsTheCallsOfAClientThatIsKilled(String wait) throws Exception {
        RpcNode node = start(address(wait));
        try (IpcChild client = IpcChild.client(address("park"))) {
            assertEquals(1, node.connections());
            client.kill();
            assertTrue(earth.streamClosed.await(60, TimeUnit.SECONDS));
            while (node.connections() != 0) {
                Thread.onSpinWait();
            }
        }
        assertEquals(
                "hello still", connect(address(wait)).service(IpcAtlas.class).greet("still"));
    }
}
