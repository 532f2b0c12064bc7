package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A listener that answers on the event loop what it can, and the rest as jobs. */
class WebSocketAtOnceTest {
    private static final int BINARY = 0x82;
    private static final int MESSAGES = 200;
    private static final String LOOP = "psyne-net-";

    /**
     * Echoes with where that was: "l" on an event loop, "j" in a job. Messages that begin with "j" are declined, those with "f"
     * fail, and a job waits until it may go.
     */
    private record Places(WebSocketConnection connection, CountDownLatch go, CountDownLatch closed)
            implements WebSocketListener {
        @Override
        public boolean onBinaryAtOnce(MemorySegment frame) {
            String text = text(frame);
            if (text.startsWith("f")) {
                throw new IllegalStateException("as asked");
            }
            byte[] told = told(text);
            return !text.startsWith("j") && connection.trySend(told.length, place -> write(told, place));
        }

        @Override
        public void onBinary(MemorySegment frame) {
            try {
                TestServer.await(go);
            } catch (InterruptedException stopping) {
                throw new AssertionError(stopping);
            }
            connection.send(told(text(frame)));
        }

        private static void write(byte[] told, MemorySegment place) {
            if (told[1] == 'w') {
                throw new IllegalStateException("half written, as asked");
            }
            place.copyFrom(MemorySegment.ofArray(told));
        }

        private static String text(MemorySegment frame) {
            return new String(frame.toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
        }

        private static byte[] told(String text) {
            String place = Thread.currentThread().getName().startsWith(LOOP) ? "l" : "j";
            return (place + text).getBytes(ISO_8859_1);
        }

        @Override
        public void onText(String text) {}

        @Override
        public void onClose() {
            closed.countDown();
        }
    }

    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private TestServer server() {
        return new TestServer(
                with -> with.webSocket("/socket", "psyne.v1", connection -> new Places(connection, go, closed)));
    }

    private static void open(RawClient client) throws Exception {
        assertEquals(101, client.openWebSocket("/socket", "psyne.v1").answer().status());
    }

    private static void send(RawClient client, String text) throws Exception {
        client.send(RawClient.encodeFrame(BINARY, text.getBytes(ISO_8859_1)));
    }

    /** The first may come while the opening is still under way, as a job. */
    private void settle(RawClient client) throws Exception {
        String place;
        do {
            send(client, "x");
            place = client.frame().payload();
        } while (place.startsWith("j"));
    }

    @Test
    void whatIsTakenAtOnceIsAnsweredOnTheEventLoopInOneFlush() throws Exception {
        go.countDown();
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            for (int i = 0; i < MESSAGES; i++) {
                send(client, "now " + i);
            }
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals("lnow " + i, client.frame().payload());
            }
            assertEquals(0, server.budget.used());
        }
    }

    @Test
    void whatIsSentAtOnceDoesNotOvertakeWhatAJobHasSent() throws Exception {
        go.countDown();
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            for (int i = 0; i < 20 * MESSAGES; i++) {
                send(client, (i % 2 == 0 ? "job " : "now ") + i);
                if (i % 2 == 1) {
                    assertTrue(client.frame().payload().endsWith("job " + (i - 1)));
                    assertTrue(client.frame().payload().endsWith("now " + i));
                }
            }
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    @Test
    void nothingIsTakenAtOnceWhileAJobIsUnderWay() throws Exception {
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            send(client, "job");
            send(client, "next");
            TestServer.await(() -> server.budget.used() > 0);
            go.countDown();
            assertEquals("jjob", client.frame().payload());
            assertTrue(client.frame().payload().endsWith("next"));
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    @Test
    void aFailureClosesTheConnectionAndIsTold() throws Exception {
        go.countDown();
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            send(client, "fail");
            assertEquals(1011, client.frame().closeCode());
            assertEquals("as asked", server.failures.peek().getMessage());
            client.close();
            TestServer.await(closed);
            assertEquals(0, server.budget.used());
        }
    }

    @Test
    void alsoALargeMessageIsTakenAtOnce() throws Exception {
        go.countDown();
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            for (int bytes : new int[] {126, 0xFFFF, 0x10000, 300_000, 300_000}) {
                String large = "x".repeat(bytes - 1);
                send(client, large);
                assertEquals("l" + large, client.frame().payload());
                TestServer.await(() -> server.budget.used() == 0);
            }
        }
    }

    @Test
    void aMessageThatCannotBeWrittenIsNotSent() throws Exception {
        go.countDown();
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            send(client, "written?");
            assertEquals(1011, client.frame().closeCode());
            assertEquals("half written, as asked", server.failures.peek().getMessage());
        }
    }

    @Test
    void aConnectionThatIsFullSendsNothingAtOnceAndLosesNothing() throws Exception {
        go.countDown();
        int many = 20_000;
        String message = "x".repeat(1_000);
        try (TestServer server = server();
                RawClient client = server.raw()) {
            open(client);
            settle(client);
            Thread sender = Thread.ofVirtual().start(() -> sendAll(client, message, many));
            TestServer.await(() -> server.budget.used() > 100_000);
            boolean waited = false;
            for (int i = 0; i < many; i++) {
                String answer = client.frame().payload();
                assertEquals(message + i, answer.substring(1));
                waited |= answer.startsWith("j");
            }
            sender.join();
            assertTrue(waited, "the socket took twenty million bytes that nobody read");
            assertTrue(server.failures.isEmpty(), server.failures::toString);
            TestServer.await(() -> server.budget.used() == 0);
        }
    }

    private static void sendAll(RawClient client, String message, int count) {
        try {
            for (int i = 0; i < count; i++) {
                send(client, message + i);
            }
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
