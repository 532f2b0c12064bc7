package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A client in the same process: what the node sends lands in a queue. */
final class TestClient implements FrameSink {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closes = new LinkedBlockingQueue<>();
    private final RpcConnection connection;
    private volatile boolean gone;

    TestClient(RpcServer server) {
        connection = server.connect(this);
    }

    @Override
    public void send(byte[] frame) {
        if (gone) {
            throw new IllegalStateException("the connection is closed");
        }
        received.add(frame);
    }

    @Override
    public void close(int code, String reason) {
        closes.add(code + " " + reason);
    }

    /** From now on sending to this client fails, and the connection has not heard of it. */
    void vanish() {
        gone = true;
    }

    void disconnect() {
        connection.onClosed();
    }

    /** Hands a frame over as a carrier does, from memory that is gone afterwards. */
    void frame(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
            frame.copyFrom(MemorySegment.ofArray(bytes));
            connection.onFrame(frame);
            frame.fill((byte) 0x55);
        }
    }

    void call(long id, String method, Map<String, ?> arguments, int credit) {
        frame(PeerCodec.encode(
                PeerCodec.map("t", "call", "id", id, "method", method, "args", arguments, "credit", credit)));
    }

    void grant(long id, long items) {
        frame(PeerCodec.encode(PeerCodec.map("t", "credit", "id", id, "n", items)));
    }

    void cancel(long id) {
        frame(PeerCodec.encode(PeerCodec.map("t", "cancel", "id", id)));
    }

    /** The next message, which must be of this type. */
    Map<?, ?> next(String type) throws InterruptedException {
        byte[] frame = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(frame, "no " + type + " came");
        Map<?, ?> message = PeerCodec.decode(frame);
        assertEquals(type, message.get("t"), message::toString);
        return message;
    }

    /** The next message, which must be exactly this one. */
    void expect(Object... keysAndValues) throws InterruptedException {
        Map<?, ?> expected = PeerCodec.map(keysAndValues);
        assertEquals(expected, next(String.valueOf(expected.get("t"))));
    }

    /** The code and reason that the node closed with. */
    String closed() throws InterruptedException {
        String close = closes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(close, "the node did not close");
        return close;
    }

    boolean isQuiet() {
        return received.isEmpty() && closes.isEmpty();
    }

    static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }
}
