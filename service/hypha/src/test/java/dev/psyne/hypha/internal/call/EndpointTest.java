package dev.psyne.hypha.internal.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.wire.Extra;
import dev.psyne.hypha.internal.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EndpointTest {
    private final Wire wire = new Wire();
    private Endpoint alice;
    private Endpoint bob;

    @BeforeEach
    void join() {
        alice = wire.join("ws/alice");
        bob = wire.join("ws/bob");
    }

    @Test
    void aMethodIsCalledWithArgumentsKeywordsAndContext() throws Exception {
        alice.serve(HyphaService.builder("text")
                .method(
                        "join",
                        call -> call.string(0, "left") + call.string(1, "right") + " for " + call.caller() + " of "
                                + call.workspace())
                .method("group.deep.nil", _ -> null)
                .build());
        assertEquals("ab for ws/bob of ws", call("services.text.join", List.of("a"), Map.of("right", "b")));
        assertEquals("cd for ws/bob of ws", call("services.text.join", List.of("c", "d"), Map.of()));
        assertNull(call("services.text.group.deep.nil", List.of(), Map.of()));
    }

    @Test
    void everyKindOfValueGoesThereAndBack() throws Exception {
        serveEcho();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("nothing", null);
        map.put("list", Arrays.asList(1L, null, "x", 2.5, true, BigInteger.ONE.shiftLeft(63)));
        map.put("set", Set.of("only"));
        map.put("array", NumpyArray.of(new float[] {1, 2, 3, 4}, 2, 2));
        map.put("custom", Map.of("_rtype", "color", "value", 7L));
        Map<?, ?> back = assertInstanceOf(Map.class, echo(map));
        assertEquals(map.get("list"), back.get("list"));
        assertTrue(back.containsKey("nothing"));
        assertEquals(map.get("set"), back.get("set"));
        assertEquals(map.get("custom"), back.get("custom"));
        NumpyArray array = assertInstanceOf(NumpyArray.class, back.get("array"));
        assertEquals(List.of(2L, 2L), array.shape());
        assertArrayEquals(new double[] {1, 2, 3, 4}, array.toDoubles());
        MemorySegment bytes = assertInstanceOf(MemorySegment.class, echo(new byte[] {5, 6}));
        assertArrayEquals(new byte[] {5, 6}, bytes.toArray(ValueLayout.JAVA_BYTE));
        assertEquals(
                "boom",
                assertInstanceOf(HyphaException.class, echo(new HyphaException("boom")))
                        .getMessage());
    }

    @Test
    void anErrorComesWithItsTrace() {
        alice.serve(HyphaService.builder("bad")
                .method("told", _ -> {
                    throw new HyphaException("KeyError: no such thing");
                })
                .method("thrown", _ -> {
                    throw new IllegalStateException("it broke");
                })
                .method("later", _ -> CompletableFuture.failedFuture(new IllegalStateException("late")))
                .method("unsendable", _ -> new Object())
                .build());
        assertEquals("KeyError: no such thing", failure("services.bad.told").getMessage());
        HyphaException thrown = failure("services.bad.thrown");
        assertEquals("IllegalStateException: it broke", thrown.getMessage());
        assertTrue(thrown.trace().contains("EndpointTest"), thrown.trace());
        assertEquals(
                "IllegalStateException: late", failure("services.bad.later").getMessage());
        assertTrue(message(failure("services.bad.unsendable")).contains("java.lang.Object cannot be sent"));
        assertTrue(message(failure("services.bad.missing")).contains("Method not found"));
        assertTrue(message(failure("services.none.x")).contains("Method not found"));
        assertTrue(message(failure("gone.resolved")).contains("Session not found"));
        assertEquals(0, bob.sessions().size());
    }

    @Test
    void callbacksAreCalledWhileTheCallRuns() throws Exception {
        List<@Nullable Object> seen = new ArrayList<>();
        alice.serve(HyphaService.builder("work")
                .method("run", call -> {
                    RemoteMethod progress = assertInstanceOf(RemoteMethod.class, call.argument(0, "progress"));
                    for (int i = 0; i < 3; i++) {
                        Object _ = progress.call("step", i).get();
                    }
                    return "done";
                })
                .build());
        HyphaMethod progress = call -> seen.add(call.argument(1, "step"));
        assertEquals("done", call("services.work.run", List.of(progress), Map.of()));
        assertEquals(List.of(0L, 1L, 2L), seen);
        assertEquals(0, alice.sessions().size() + bob.sessions().size());
    }

    @Test
    void generatorsGoBothWaysAndEnd() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        alice.serve(HyphaService.builder("stream")
                .method("count", call -> IntStream.range(0, 5).boxed().onClose(() -> closed.set(true)))
                .method("sum", call -> {
                    long sum = 0;
                    try (RemoteStream numbers = assertInstanceOf(RemoteStream.class, call.argument(0, "numbers"))) {
                        while (numbers.hasNext()) {
                            sum += assertInstanceOf(Long.class, numbers.next());
                        }
                    }
                    return sum;
                })
                .build());
        RemoteStream numbers = stream("services.stream.count");
        List<@Nullable Object> all = new ArrayList<>();
        numbers.forEachRemaining(all::add);
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), all);
        assertTrue(closed.get());
        assertEquals(0, alice.sessions().size());
        assertEquals(10L, call("services.stream.sum", List.of(Stream.of(1, 2, 3, 4)), Map.of()));
        assertEquals(0, bob.sessions().size());
    }

    @Test
    void aGeneratorLeftEarlyIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        alice.serve(HyphaService.builder("stream")
                .method("endless", call -> Stream.iterate(0, i -> i + 1).onClose(closed::countDown))
                .build());
        try (RemoteStream numbers = stream("services.stream.endless")) {
            assertEquals(0L, numbers.next());
        }
        RemoteStream lost = stream("services.stream.endless");
        assertEquals(0L, lost.next());
        alice.peerLost("ws/bob", "ws/bob left");
        assertTrue(closed.await(10, TimeUnit.SECONDS));
        assertEquals(0, alice.sessions().size());
        assertThrows(HyphaException.class, lost::next);
    }

    @Test
    void aLongMessageGoesInPiecesBothWays() throws Exception {
        serveEcho();
        double[] elements = new double[200_000];
        Arrays.setAll(elements, i -> i);
        NumpyArray back = assertInstanceOf(NumpyArray.class, echo(NumpyArray.of(elements)));
        assertArrayEquals(elements, back.toDoubles());
        assertTrue(wire.sent.stream().allMatch(frame -> frame.extra().byteSize() < 300_000));
        assertEquals(0, bob.sessions().size());
    }

    @Test
    void anInterfaceOutlivesItsCallAndIsDisposedOf() throws Exception {
        List<RemoteMethod> kept = new ArrayList<>();
        alice.serve(HyphaService.builder("keeper")
                .method("keep", call -> {
                    Map<?, ?> face = assertInstanceOf(Map.class, call.argument(0, "face"));
                    kept.add(assertInstanceOf(RemoteMethod.class, face.get("get")));
                    kept.add(assertInstanceOf(RemoteMethod.class, face.get("_dispose")));
                    return null;
                })
                .build());
        HyphaMethod get = call -> "item " + call.argument(0, "index");
        Object _ = call("services.keeper.keep", List.of(Map.of("_rintf", true, "get", get)), Map.of());
        assertEquals("item 3", kept.getFirst().call(3).get());
        Endpoint carol = wire.join("ws/carol");
        String path = String.valueOf(kept.getFirst().description().get("_rmethod"));
        ExecutionException denied = assertThrows(
                ExecutionException.class,
                () -> carol.call("ws/bob", path, List.of(), Map.of(), CallOptions.STANDARD)
                        .get());
        assertTrue(message(denied).contains("Permission denied"), message(denied));
        Object _ = kept.getLast().call().get();
        assertThrows(ExecutionException.class, () -> kept.getFirst().call(3).get());
    }

    @Test
    void aProtectedServiceIsForItsWorkspace() throws Exception {
        Endpoint stranger = wire.join("other/eve");
        alice.serve(HyphaService.builder("mine").method("f", _ -> 1).build());
        alice.serve(HyphaService.builder("ours")
                .authorizedWorkspaces(List.of("other"))
                .method("f", _ -> 2)
                .build());
        alice.serve(HyphaService.builder("all")
                .visibility(Visibility.PUBLIC)
                .method("f", _ -> 3)
                .build());
        assertTrue(message(failure(stranger, "services.mine.f")).contains("Permission denied"));
        assertEquals(2L, call(stranger, "services.ours.f"));
        assertEquals(3L, call(stranger, "services.all.f"));
        Map<?, ?> got = assertInstanceOf(
                Map.class,
                stranger.call(
                                "ws/alice",
                                "services.built-in.get_service",
                                List.of("all"),
                                Map.of(),
                                CallOptions.STANDARD)
                        .get());
        assertEquals("all", got.get("id"));
        assertEquals(
                3L, assertInstanceOf(RemoteMethod.class, got.get("f")).call().get());
    }

    @Test
    void aStrangerDoesNotReachIntoASession() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        alice.serve(HyphaService.builder("slow")
                .method("wait", _ -> {
                    entered.countDown();
                    leave.await();
                    return "mine";
                })
                .build());
        CompletableFuture<@Nullable Object> answer =
                bob.call("ws/alice", "services.slow.wait", List.of(), Map.of(), CallOptions.STANDARD);
        entered.await();
        String session = wire.sent.getFirst().session();
        Endpoint eve = wire.join("ws/eve");
        Object _ = eve.tell("ws/bob", session + ".resolve", List.of("theirs"), Map.of(), null)
                .get();
        leave.countDown();
        assertEquals("mine", answer.get());
    }

    @Test
    void heartbeatsKeepACallAliveAndSilenceEndsIt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        alice.serve(HyphaService.builder("slow")
                .method("wait", _ -> {
                    entered.countDown();
                    leave.await();
                    return "at last";
                })
                .build());
        CompletableFuture<@Nullable Object> kept =
                bob.call("ws/alice", "services.slow.wait", List.of(), Map.of(), CallOptions.STANDARD);
        CompletableFuture<@Nullable Object> silent =
                bob.call("ws/nobody", "services.slow.wait", List.of(), Map.of(), CallOptions.STANDARD);
        entered.await();
        for (int seconds = 0; seconds < 100; seconds += 10) {
            wire.nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            alice.tick();
            bob.tick();
        }
        assertFalse(kept.isDone());
        ExecutionException failed = assertThrows(ExecutionException.class, silent::get);
        assertTrue(message(failed).contains("TimeoutError"), message(failed));
        leave.countDown();
        assertEquals("at last", kept.get());
    }

    @Test
    void aLostPeerFailsItsCallsAndInterruptsWhatItCalled() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        alice.serve(HyphaService.builder("slow")
                .method("wait", call -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        assertTrue(call.cancelled());
                        interrupted.countDown();
                        throw e;
                    }
                    return null;
                })
                .build());
        CompletableFuture<@Nullable Object> answer =
                bob.call("ws/alice", "services.slow.wait", List.of(), Map.of(), CallOptions.STANDARD);
        entered.await();
        alice.peerLost("ws/bob", "ws/bob left");
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        bob.peerLost("ws/alice", "ws/alice left");
        ExecutionException failed = assertThrows(ExecutionException.class, answer::get);
        assertEquals("ConnectionError: ws/alice left", cause(failed).getMessage());
    }

    @Test
    void aClosedEndpointFailsCallsAtOnce() {
        CompletableFuture<@Nullable Object> open =
                bob.call("ws/nobody", "services.x.y", List.of(), Map.of(), CallOptions.STANDARD);
        bob.close("the connection is closed");
        assertThrows(ExecutionException.class, open::get);
        ExecutionException failed = assertThrows(
                ExecutionException.class,
                () -> bob.call("ws/alice", "services.x.y", List.of(), Map.of(), CallOptions.STANDARD)
                        .get());
        assertEquals("ConnectionError: the connection is closed", cause(failed).getMessage());
    }

    @Test
    void aCallWhoseAnswerCannotBeSentIsOverAllTheSame() {
        List<Object> ran = new ArrayList<>();
        EndpointLimits oneCall = new EndpointLimits(1_024, 4_096, 8_192, 10, 1, 1, 10);
        Endpoint cutOff = new Endpoint(
                "ws/cut",
                _ -> {
                    throw new IllegalStateException("the connection is closed");
                },
                Runnable::run,
                wire.nanos::get,
                oneCall);
        cutOff.serve(HyphaService.builder("s")
                .method("f", _ -> {
                    ran.add("f");
                    return Stream.of(1, 2);
                })
                .method("slow", _ -> new CompletableFuture<>())
                .build());
        cutOff.receive(called("services.s.f"));
        cutOff.receive(called("services.s.f"));
        cutOff.receive(called("services.s.slow"));
        wire.nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
        cutOff.tick();
        assertEquals(2, ran.size());
        assertEquals(0, cutOff.sessions().size());
    }

    private static Frame called(String method) {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.putAll(Map.of("type", "method", "from", "ws/bob", "to", "ws/cut", "method", method, "session", "s1"));
        return new Frame(main, new Extra(List.of(), Map.of(), true, 15).toBytes(1_000));
    }

    private void serveEcho() {
        alice.serve(HyphaService.builder("echo")
                .method("echo", call -> call.argument(0, "data"))
                .build());
    }

    private @Nullable Object echo(Object value) throws Exception {
        return call("services.echo.echo", List.of(value), Map.of());
    }

    private @Nullable Object call(String method, List<?> arguments, Map<String, ?> keywords) throws Exception {
        return bob.call("ws/alice", method, arguments, keywords, CallOptions.STANDARD)
                .get();
    }

    private static @Nullable Object call(Endpoint caller, String method) throws Exception {
        return caller.call("ws/alice", method, List.of(), Map.of(), CallOptions.STANDARD)
                .get();
    }

    private HyphaException failure(String method) {
        return failure(bob, method);
    }

    private static HyphaException failure(Endpoint caller, String method) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> call(caller, method));
        return cause(failed);
    }

    private static HyphaException cause(ExecutionException failed) {
        return assertInstanceOf(HyphaException.class, failed.getCause());
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    private RemoteStream stream(String method) throws Exception {
        return assertInstanceOf(RemoteStream.class, call(method, List.of(), Map.of()));
    }
}
