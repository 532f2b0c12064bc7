package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.psyne.fiber.Scheduler;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client must not do, and what the node makes of it. */
@Timeout(60)
class RpcConnectionTest {
    private static final long SEED = 20_260_101;
    private static final int MUTATIONS = 20_000;

    private final Scheduler scheduler = Scheduler.create(2);
    private final CountDownLatch open = new CountDownLatch(1);
    private final RpcServer server = RpcServer.builder()
            .scheduler(scheduler)
            .limits(new RpcLimits(10_000, 2, 10))
            .method("wait", call -> {
                open.await();
                return null;
            })
            .method("echo", call -> call.arguments().size())
            .build();

    @AfterEach
    void stop() {
        open.countDown();
        scheduler.close();
    }

    @Test
    void pingIsAnsweredAndPongIsNot() throws InterruptedException {
        TestClient client = greeted();
        client.frame(PeerCodec.encode(Map.of("t", "pong")));
        client.frame(PeerCodec.encode(Map.of("t", "ping")));
        client.expect("t", "pong");
        assertTrue(client.isQuiet());
    }

    @Test
    void lateMessagesOfFinishedCallsAreIgnored() throws InterruptedException {
        TestClient client = greeted();
        client.call(1, "echo", Map.of(), 1);
        client.next("end");
        client.grant(1, 5);
        client.cancel(1);
        client.cancel(77);
        client.call(2, "echo", Map.of(), 1);
        client.next("end");
    }

    @Test
    void anIdThatDoesNotGrowClosesTheConnection() throws InterruptedException {
        for (long second : new long[] {5, 4}) {
            TestClient client = greeted();
            client.call(5, "wait", Map.of(), 1);
            client.call(second, "wait", Map.of(), 1);
            assertEquals("1002 call id " + second + " comes after 5: ids must grow", client.closed());
            client.call(6, "echo", Map.of(), 1);
            assertTrue(client.isQuiet());
        }
    }

    @Test
    void callsOverTheLimitAreRefusedUntilAJobHasEnded() throws InterruptedException {
        TestClient client = greeted();
        client.call(1, "wait", Map.of(), 1);
        client.call(2, "wait", Map.of(), 1);
        client.call(3, "wait", Map.of(), 1);
        client.expect(
                "t",
                "error",
                "id",
                3L,
                "code",
                "busy",
                "message",
                "this connection has 2 calls running, which is the limit: wait for one to end");
        client.cancel(1);
        client.call(4, "echo", Map.of(), 1);
        assertEquals("busy", client.next("error").get("code"));
        open.countDown();
        client.next("end");
        client.call(5, "echo", Map.of(), 1);
        client.next("end");
    }

    @Test
    void anEndedCallLeavesItsPlaceBeforeItsClientKnows() throws InterruptedException {
        TestClient client = greeted();
        for (long id = 1; id < 2_000; id++) {
            client.call(id, "echo", Map.of(), 0);
            client.expect("t", "end", "id", id, "value", 0L);
        }
    }

    @Test
    void aCallThatTheSchedulerRefusesIsRefused() throws InterruptedException {
        TestClient client = greeted();
        scheduler.close();
        for (long id = 1; id <= 5; id++) {
            client.call(id, "echo", Map.of(), 1);
            client.expect(
                    "t", "error", "id", id, "code", "busy", "message", "the node has too much to do: try again later");
        }
    }

    @Test
    void creditOverTheLimitEndsTheCall() throws InterruptedException {
        TestClient client = greeted();
        client.call(1, "echo", Map.of(), 11);
        assertEquals("credit_exceeded", client.next("error").get("code"));
        client.call(2, "wait", Map.of(), 10);
        client.grant(2, 0xffff_ffffL);
        client.expect(
                "t",
                "error",
                "id",
                2L,
                "code",
                "credit_exceeded",
                "message",
                "a call may have credit for 10 items and this one would have more: grant less");
        client.grant(2, 1);
        assertTrue(client.isQuiet());
    }

    @Test
    void brokenFramesCloseWithTheReason() throws InterruptedException {
        assertCloses(Map.of("t", "hallo"), "1002 unknown message type 'hallo'");
        assertCloses(Map.of("t", "h\u00e4llo\n"), "1002 unknown message type 'h?llo?'");
        assertCloses(Map.of("t", "x".repeat(300)), "1002 unknown message type '" + "x".repeat(98));
        assertCloses(Map.of(), "1002 the field 't' is missing");
        assertCloses(Map.of("t", 7), "1002 the field 't' is not a string");
        assertCloses(Map.of("t", "cancel"), "1002 the field 'id' is missing");
        assertCloses(Map.of("t", "cancel", "id", -1), "1002 the field 'id' is not an unsigned 32-bit integer");
        assertCloses(Map.of("t", "cancel", "id", 1.0), "1002 the field 'id' is not an unsigned 32-bit integer");
        assertCloses(
                Map.of("t", "cancel", "id", 0x1_0000_0000L), "1002 the field 'id' is not an unsigned 32-bit integer");
        assertCloses(Map.of("t", "cancel", "id", 1, "why", 2), "1002 unknown field 'why' in a cancel");
        assertCloses(Map.of("t", "credit", "id", 1, "n", 0), "1002 a credit of 0 items");
        assertCloses(
                Map.of("t", "call", "id", 1, "method", "echo", "args", List.of(), "credit", 1),
                "1002 the field 'args' is not a map");
        assertCloses(
                Map.of("t", "call", "id", 1, "method", "e".repeat(257), "args", Map.of(), "credit", 1),
                "1002 a method's name is longer than 256 bytes");
        assertCloses(
                Map.of("t", "ping", "pad", new byte[10_000]), "1009 a frame of 10015 bytes is over the limit of 10000");
        assertCloses(List.of("ping"), "1002 a message is a map");
    }

    @Test
    void aBrokenFrameCancelsTheCallsOfItsConnectionOnly() throws InterruptedException {
        TestClient broken = greeted();
        TestClient other = greeted();
        other.call(1, "wait", Map.of(), 1);
        broken.call(1, "wait", Map.of(), 1);
        broken.frame(new byte[] {(byte) 0xc1});
        broken.closed();
        open.countDown();
        other.next("end");
        assertTrue(broken.isQuiet());
    }

    @Test
    void anyMutationIsAnsweredOrClosesTheConnection() throws InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        List<byte[]> frames = List.of(
                PeerCodec.encode(PeerCodec.map(
                        "t",
                        "call",
                        "id",
                        7,
                        "method",
                        "echo",
                        "args",
                        PeerCodec.map("a", List.of(1, "b", 2.5, true), "image", new byte[9], "c", Map.of("d", -3)),
                        "credit",
                        3)),
                PeerCodec.encode(PeerCodec.map("t", "credit", "id", 7, "n", 70_000)),
                PeerCodec.encode(PeerCodec.map("t", "cancel", "id", 7)),
                PeerCodec.encode(PeerCodec.map("t", "ping")));
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] frame = mutate(frames.get(random.nextInt(frames.size())), random);
            try {
                new TestClient(server).frame(frame);
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", mutation " + i, e);
            }
        }
    }

    @Test
    void buildersRefuseWhatCannotWork() {
        RpcServer.Builder builder = RpcServer.builder().method("a", call -> null);
        assertThrows(IllegalArgumentException.class, () -> builder.method("a", call -> null));
        assertThrows(IllegalArgumentException.class, () -> builder.method("a b", call -> null));
        assertThrows(IllegalStateException.class, builder::build);
        assertThrows(IllegalArgumentException.class, () -> new RpcLimits(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new RpcException("Not Found", "no"));
    }

    private void assertCloses(Object message, String close) throws InterruptedException {
        TestClient client = greeted();
        client.frame(PeerCodec.encode(message));
        assertEquals(close, client.closed());
    }

    private TestClient greeted() throws InterruptedException {
        TestClient client = new TestClient(server);
        client.next("hello");
        return client;
    }

    private static byte[] mutate(byte[] whole, RandomGenerator random) {
        byte[] frame = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
        for (int changes = random.nextInt(1, 4); changes > 0 && frame.length > 0; changes--) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        return frame;
    }
}
