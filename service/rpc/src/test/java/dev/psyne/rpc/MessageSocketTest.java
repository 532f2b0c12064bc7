package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose peer is at a socket that keeps messages whole and takes them when it likes. */
@Timeout(60)
class MessageSocketTest {
    private static final int HELLO = 1;
    private static final int CALL = 2;
    private static final int END = 4;
    private static final int ERROR = 5;
    private static final int PING = 8;
    private static final int PONG = 9;
    private static final int GOAWAY = 10;
    private static final int LARGE_BYTES = 1 << 20;

    /** More than may wait, and less than twice as much. */
    private static final int TOO_MANY = 80;

    /** More than twice as much. */
    private static final int FAR_TOO_MANY = 150;

    private static final String HELLO_BYTES =
            "38000000" + "02000000" + "38000000" + "01000000" + "00000100" + "00000100" + "08000000" + "00000000"
                    + "0000000000000000" + "0000000000000000" + "0000000000000000" + "78";

    /** Gives more than it takes. */
    public interface Well {
        byte[] large();
    }

    private record Frame(int kind, int stream, int length, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    /** Keeps what it is given while it takes any; tells on a thread of its own. */
    private static final class Peer implements MessageSocket {
        private final ExecutorService loop = Executors.newSingleThreadExecutor();
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> messageBytes = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final Events events;
        private boolean takes = true;
        private boolean wanted;

        Peer(RpcNode node) {
            events = node.accept(this);
        }

        void take(boolean from) {
            loop.execute(() -> {
                takes = from;
                tell();
            });
        }

        private void tell() {
            if (takes && wanted) {
                wanted = false;
                events.writable();
            }
        }

        @Override
        public void awaitWritable() {
            loop.execute(() -> {
                wanted = true;
                tell();
            });
        }

        @Override
        public boolean trySend(int bytes, Consumer<MemorySegment> writer) {
            if (!takes) {
                return false;
            }
            ByteBuffer message = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            writer.accept(MemorySegment.ofArray(message.array()));
            messageBytes.add(bytes);
            while (message.hasRemaining()) {
                int kind = message.getInt() & 0xFF;
                int stream = message.getInt();
                byte[] payload = new byte[message.getInt()];
                message.getInt();
                message.get(payload);
                frames.add(new Frame(kind, stream, payload.length, payload));
            }
            return true;
        }

        @Override
        public void close(int code, String reason) {
            if (status.complete(code)) {
                loop.execute(events::closed);
            }
        }

        @Override
        public String peer() {
            return "the test";
        }

        void say(byte[]... frames) {
            List<byte[]> told = List.of(frames);
            CompletableFuture.runAsync(
                            () -> told.forEach(frame -> events.received(MemorySegment.ofArray(frame), true)), loop)
                    .join();
        }

        Frame next() throws InterruptedException {
            return frames.take();
        }

        Peer greeted() throws InterruptedException {
            say(frame(HELLO, 0, HexFormat.of().parseHex(HELLO_BYTES)));
            assertEquals(HELLO, next().kind);
            return this;
        }
    }

    private static byte[] frame(int kind, int stream, byte[] payload) {
        int lane = kind == CALL ? 1 : 0;
        return ByteBuffer.allocate(16 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind | lane << 16)
                .putInt(stream)
                .putInt(payload.length)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    private static byte[] call(int stream, int service, int... arguments) {
        ByteBuffer payload = ByteBuffer.allocate(16 + 4 * arguments.length).order(ByteOrder.LITTLE_ENDIAN);
        payload.putInt(service).putInt(0).putInt(0).putInt(0);
        for (int argument : arguments) {
            payload.putInt(argument);
        }
        return frame(CALL, stream, payload.array());
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);

    @BeforeEach
    void serve() {
        node.serve(Well.class, () -> {
            await(gate.get());
            return new byte[LARGE_BYTES];
        });
    }

    @AfterEach
    void end() {
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code find("Well")}. */
    private static Peer bound(Peer peer) throws InterruptedException {
        peer.say(call(1, 0, 32, 32, 4, 0, 0, 0, 0, 0, 0x6C6C6557));
        assertEquals(END, peer.next().kind);
        return peer;
    }

    private static byte[] large(int stream) {
        return call(stream, 1, 8, 0);
    }

    @Test
    void whatIsUrgentPassesWhatTheSocketHasNotTaken() throws Exception {
        Peer peer = bound(new Peer(node).greeted());
        peer.take(false);
        peer.say(large(3));
        peer.say(frame(PING, 0, new byte[] {1}));
        peer.take(true);
        int pieces = 0;
        List<Integer> kinds = new ArrayList<>();
        while (pieces < LARGE_BYTES) {
            Frame next = peer.next();
            kinds.add(next.kind);
            pieces += next.kind == END ? next.length : 0;
        }
        assertTrue(kinds.contains(PONG) && kinds.getLast() == END, kinds::toString);
        assertTrue(peer.messageBytes.stream().allMatch(bytes -> bytes < LARGE_BYTES / 2), "pieces are not held back");
    }

    /** Calls without reading, all before the first is answered, and waits for the answers; the next call's number. */
    private int leaveUnread(Peer peer, int answers) {
        CountDownLatch taken = new CountDownLatch(1);
        gate.set(taken);
        peer.take(false);
        for (int i = 0; i < answers; i++) {
            peer.say(large(3 + 2 * i));
        }
        taken.countDown();
        while (node.callsIn() > 0) {
            Thread.onSpinWait();
        }
        return 3 + 2 * answers;
    }

    @Test
    void whoReadsNoAnswersIsRefused() throws Exception {
        Peer peer = bound(new Peer(node).greeted());
        int stream = leaveUnread(peer, TOO_MANY);
        peer.say(large(stream));
        peer.take(true);
        Frame refused = peer.next();
        assertEquals(ERROR, refused.kind);
        assertEquals(stream, refused.stream);
        assertTrue(refused.text().contains("unavailable"), refused::text);
    }

    @Test
    void whoGoesOnReadingNoAnswersIsGivenUp() throws Exception {
        Peer peer = bound(new Peer(node).greeted());
        peer.say(large(leaveUnread(peer, FAR_TOO_MANY)));
        assertEquals(MessageSocket.NORMAL, peer.status.join());
        while (node.connections() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aMessageThatEndsWithinAFrameIsAFault() throws Exception {
        Peer peer = new Peer(node).greeted();
        peer.say(new byte[] {PING});
        Frame last = peer.next();
        assertEquals(GOAWAY, last.kind);
        assertTrue(last.text().contains("protocol_error"), last::text);
        assertEquals(MessageSocket.PROTOCOL_ERROR, peer.status.join());
        peer.say(frame(PING, 0, new byte[0]));
        assertTrue(peer.frames.isEmpty(), "nothing is read after a fault");
    }

    @Test
    void aSocketThatTakesNothingIsClosedAllTheSame() throws Exception {
        Peer peer = new Peer(node).greeted();
        peer.take(false);
        peer.say(new byte[] {PING});
        assertEquals(MessageSocket.PROTOCOL_ERROR, peer.status.join());
    }

    @Test
    void aClosedNodeTakesNobody() {
        node.close();
        assertThrows(IllegalStateException.class, () -> new Peer(node));
    }

    @Test
    void bytesAreReadAsTheyLieThere() throws Exception {
        Peer peer = new Peer(node).greeted();
        byte[] ping = frame(PING, 0, new byte[] {1, 2, 3});
        for (int i = 0; i < ping.length; i++) {
            MemorySegment one = MemorySegment.ofArray(new byte[] {ping[i]});
            boolean last = i == ping.length - 1;
            CompletableFuture.runAsync(() -> peer.events.received(one, last), peer.loop)
                    .join();
        }
        assertEquals(3, MemorySegment.ofArray(peer.next().payload).get(ValueLayout.JAVA_BYTE, 2));
    }
}
