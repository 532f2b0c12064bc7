package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RpcServerTest {
    private final Scheduler scheduler = Scheduler.create(2);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void greetsWithItsNameAndItsMethods() throws InterruptedException {
        RpcServer server = RpcServer.builder()
                .node("psyne 0.1.0")
                .scheduler(scheduler)
                .method("b.second", call -> null)
                .method("a.first", call -> null)
                .build();
        new TestClient(server)
                .expect("t", "hello", "v", 1L, "node", "psyne 0.1.0", "services", List.of("b.second", "a.first"));
    }

    @Test
    void answersACallWithItsValue() throws InterruptedException {
        TestClient client = client("sum", call -> call.integer("a") + call.integer("b", 5));
        client.call(1, "sum", Map.of("a", 2, "b", 3), 0);
        client.expect("t", "end", "id", 1L, "value", 5L);
        client.call(9, "sum", Map.of("a", 2), 0);
        client.expect("t", "end", "id", 9L, "value", 7L);
    }

    @Test
    void aMethodWithoutResultEndsWithNil() throws InterruptedException {
        TestClient client = client("nothing", call -> null);
        client.call(1, "nothing", Map.of(), 0);
        assertNull(client.next("end").get("value"));
    }

    @Test
    void binaryArgumentsOutliveTheFrame() throws InterruptedException {
        CountDownLatch frameGone = new CountDownLatch(1);
        TestClient client = client("echo", call -> {
            frameGone.await();
            return call.bytes("data");
        });
        client.call(1, "echo", Map.of("data", new byte[] {1, 2, 3}), 0);
        frameGone.countDown();
        assertArrayEquals(new byte[] {1, 2, 3}, (byte[]) client.next("end").get("value"));
    }

    @Test
    void typedArgumentsSayWhatIsWrong() throws InterruptedException {
        TestClient client = client(
                "ask",
                call -> call.string("question")
                        + call.number("temperature", 0.5)
                        + call.optionalString("language").orElse("en")
                        + call.optionalBytes("image")
                                .map(image -> image.toArray(ValueLayout.JAVA_BYTE).length)
                                .orElse(0)
                        + call.arguments().size());
        client.call(1, "ask", Map.of("question", "why", "temperature", 1, "image", new byte[4]), 0);
        client.expect("t", "end", "id", 1L, "value", "why1.0en43");
        client.call(2, "ask", Map.of(), 0);
        client.expect(
                "t",
                "error",
                "id",
                2L,
                "code",
                "invalid_argument",
                "message",
                "the argument 'question' is missing: it must be a string");
        client.call(3, "ask", Map.of("question", List.of(1)), 0);
        client.expect(
                "t",
                "error",
                "id",
                3L,
                "code",
                "invalid_argument",
                "message",
                "the argument 'question' must be a string, not an array");
    }

    @Test
    void errorsOfAMethodReachTheCallerAndNothingElseDoes() throws InterruptedException {
        RpcServer server = RpcServer.builder()
                .scheduler(scheduler)
                .method("known", call -> {
                    throw new RpcException("no_such_cat", "there is no such cat");
                })
                .method("bug", call -> {
                    throw new IllegalArgumentException("password is hunter2");
                })
                .method("unsendable", call -> new Object())
                .build();
        TestClient client = greeted(server);
        client.call(1, "known", Map.of(), 0);
        client.expect("t", "error", "id", 1L, "code", "no_such_cat", "message", "there is no such cat");
        client.call(2, "bug", Map.of(), 0);
        String internal = "the method failed; the reason is with the node";
        client.expect("t", "error", "id", 2L, "code", "internal", "message", internal);
        client.call(3, "unsendable", Map.of(), 0);
        client.expect("t", "error", "id", 3L, "code", "internal", "message", internal);
        client.call(4, "vision.aks", Map.of(), 0);
        client.expect("t", "error", "id", 4L, "code", "method_not_found", "message", "there is no method 'vision.aks'");
    }

    @Test
    void exactlyAsManyItemsArriveAsWereGranted() throws InterruptedException {
        AtomicReference<Thread> producer = new AtomicReference<>();
        AtomicReference<RpcCall> running = new AtomicReference<>();
        TestClient client = client("count", call -> {
            producer.set(Thread.currentThread());
            running.set(call);
            for (int i = 0; i < 12; i++) {
                call.credit().acquire();
                call.send(i);
            }
            return "done";
        });
        client.call(1, "count", Map.of(), 8);
        for (long i = 0; i < 8; i++) {
            client.expect("t", "item", "id", 1L, "value", i);
        }
        awaitWaiting(producer);
        assertTrue(client.isQuiet());
        assertEquals(0, running.get().credit().available());
        client.grant(1, 1);
        client.expect("t", "item", "id", 1L, "value", 8L);
        awaitWaiting(producer);
        assertTrue(client.isQuiet());
        client.grant(1, 3);
        for (long i = 9; i < 12; i++) {
            client.expect("t", "item", "id", 1L, "value", i);
        }
        client.expect("t", "end", "id", 1L, "value", "done");
    }

    @Test
    void anItemNeedsAnAcquiredCredit() throws InterruptedException {
        TestClient client = client("greedy", call -> {
            call.credit().acquire();
            call.send("paid");
            assertThrows(IllegalStateException.class, () -> call.send("not paid"));
            return null;
        });
        client.call(1, "greedy", Map.of(), 5);
        client.expect("t", "item", "id", 1L, "value", "paid");
        client.next("end");
    }

    @Test
    void callsOfOneConnectionInterleave() throws InterruptedException {
        TestClient client = client("count", RpcServerTest::countForEver);
        client.call(1, "count", Map.of(), 1);
        client.expect("t", "item", "id", 1L, "value", 0L);
        client.call(2, "count", Map.of(), 2);
        client.expect("t", "item", "id", 2L, "value", 0L);
        client.expect("t", "item", "id", 2L, "value", 1L);
        client.grant(1, 1);
        client.expect("t", "item", "id", 1L, "value", 1L);
        client.grant(2, 1);
        client.expect("t", "item", "id", 2L, "value", 2L);
        client.disconnect();
    }

    @Test
    void cancelStopsACallAtOnceAndIsNotAnswered() throws InterruptedException {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        TestClient client = client("count", call -> {
            call.onCancel(called::countDown);
            try {
                return countForEver(call);
            } finally {
                stopped.complete(call.cancelled());
            }
        });
        client.call(1, "count", Map.of(), 1);
        client.next("item");
        client.cancel(1);
        called.await();
        assertTrue(stopped.join());
        assertTrue(client.isQuiet());
    }

    @Test
    void disconnectCancelsEveryCall() throws InterruptedException {
        AtomicInteger callbacks = new AtomicInteger();
        CountDownLatch stopped = new CountDownLatch(3);
        TestClient client = client("count", call -> {
            call.onCancel(() -> {
                callbacks.incrementAndGet();
                throw new IllegalStateException("one callback fails");
            });
            call.onCancel(callbacks::incrementAndGet);
            try {
                return countForEver(call);
            } finally {
                stopped.countDown();
            }
        });
        for (long id = 1; id <= 3; id++) {
            client.call(id, "count", Map.of(), 1);
            client.next("item");
        }
        assertThrows(IllegalStateException.class, client::disconnect);
        stopped.await();
        assertEquals(6, callbacks.get());
        client.disconnect();
        assertEquals(6, callbacks.get());
    }

    @Test
    void aCallbackRegisteredTooLateRunsAtOnceAndAfterTheEndNever() throws InterruptedException {
        CompletableFuture<RpcCall> cancelled = new CompletableFuture<>();
        CompletableFuture<RpcCall> ended = new CompletableFuture<>();
        TestClient client = client("either", call -> {
            (call.arguments().isEmpty() ? cancelled : ended).complete(call);
            return call.arguments().isEmpty() ? countForEver(call) : null;
        });
        client.call(1, "either", Map.of(), 0);
        RpcCall first = cancelled.join();
        client.cancel(1);
        AtomicInteger runs = new AtomicInteger();
        first.onCancel(runs::incrementAndGet);
        assertEquals(1, runs.get());
        client.call(2, "either", Map.of("end", true), 1);
        client.next("end");
        ended.join().onCancel(runs::incrementAndGet);
        assertEquals(1, runs.get());
        assertThrows(CallCancelledException.class, () -> ended.join().send("late"));
        assertThrows(CallCancelledException.class, ended.join().credit()::acquire);
    }

    @Test
    void aSinkThatFailsCountsAsADisconnect() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(2);
        TestClient client = client("count", call -> {
            try {
                return countForEver(call);
            } finally {
                stopped.countDown();
            }
        });
        client.call(1, "count", Map.of(), 1);
        client.next("item");
        client.call(2, "count", Map.of(), 1);
        client.next("item");
        client.vanish();
        client.grant(1, 1);
        stopped.await();
    }

    @Test
    void aMethodThatEndsWhileItsConnectionIsGoneIsQuiet() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<RpcCall> running = new CompletableFuture<>();
        TestClient client = client("late", call -> {
            running.complete(call);
            begun.countDown();
            gone.await();
            return "nobody reads this";
        });
        client.call(1, "late", Map.of(), 0);
        begun.await();
        client.disconnect();
        assertTrue(running.join().cancelled());
        gone.countDown();
        scheduler.close();
        assertTrue(client.isQuiet());
        assertFalse(running.join().credit().available() > 0);
    }

    private static Object countForEver(RpcCall call) throws InterruptedException {
        for (int i = 0; true; i++) {
            call.credit().acquire();
            call.send(i);
        }
    }

    private static void awaitWaiting(AtomicReference<Thread> thread) {
        TestClient.await(() -> thread.get().getState() == Thread.State.WAITING, "the producer does not wait");
    }

    private TestClient client(String name, RpcMethod method) throws InterruptedException {
        return greeted(
                RpcServer.builder().scheduler(scheduler).method(name, method).build());
    }

    private static TestClient greeted(RpcServer server) throws InterruptedException {
        TestClient client = new TestClient(server);
        client.next("hello");
        return client;
    }
}
