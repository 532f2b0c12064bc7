package dev.psyne.rpc.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.internal.carrier.CarrierParts;
import dev.psyne.rpc.internal.carrier.SocketCarrier;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.FrameBatch;
import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection holds of a message that has half come when its call is over. The peer is this test. */
class HalfReceivedTest {
    private static final ConnectionLimits LIMITS = ConnectionLimits.standard();
    private static final int LONG_BYTES = 1 << 20;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final MessagePool pool = new MessagePool();
    private final MessageMemory received = new MessageMemory(pool, LIMITS.memoryBytes());
    private final MessageMemory sent = new MessageMemory(pool, LIMITS.memoryBytes());
    private final SelectorLoop loop = SelectorLoop.start("half-received", failure -> told.add(failure.toString()));
    private final BlockingQueue<Connection> made = new LinkedBlockingQueue<>();
    private @Nullable SocketChannel peer;
    private @Nullable Connection connection;

    @BeforeEach
    void connect() throws IOException, InterruptedException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            peer = listener.accept();
            CarrierParts parts = new CarrierParts(
                    carrier -> {
                        Connection opening = Connection.open(true, hello(), carrier, LIMITS, new Owner());
                        made.add(opening);
                        return opening;
                    },
                    sink -> new FrameReader(received, sink, LIMITS.messageBytes(), LIMITS.pieceBytes()),
                    pool);
            SocketCarrier.start(loop, client, "the test", new SendQueue(LIMITS.pieceBytes()), parts);
        }
        connection = made.take();
        write(frames(OutgoingMessage.of(FrameKind.HELLO, 0, Lane.CONTROL, 0, WireRecords.encode(hello()))));
        opened.await();
    }

    @AfterEach
    void close() throws IOException {
        if (peer != null) {
            peer.close();
        }
        loop.close();
    }

    @Test
    void aCancelledCallGivesItBackAndTheRestIsDropped() throws Exception {
        OutgoingCall call = call();
        byte[] result = frames(message(FrameKind.END, call.number(), LONG_BYTES));
        write(result, 0, LONG_BYTES / 2);
        awaitMemory(true);
        call.cancel();
        awaitMemory(false);
        write(result, LONG_BYTES / 2, result.length);
        assertIsAlive();
    }

    @Test
    void aFailedCallGivesItsItemBack() throws Exception {
        OutgoingCall call = call();
        byte[] item = frames(message(FrameKind.ITEM, call.number(), LONG_BYTES));
        write(item, 0, LONG_BYTES / 2);
        awaitMemory(true);
        MemorySegment failure = WireRecords.encode(new Failure("no_more", "as asked"));
        // The other half of the piece that has begun goes first: frames are not torn.
        int pieceEnd =
                LONG_BYTES / 2 / (LIMITS.pieceBytes() + 16) * (LIMITS.pieceBytes() + 16) + LIMITS.pieceBytes() + 16;
        write(item, LONG_BYTES / 2, pieceEnd);
        write(frames(OutgoingMessage.of(FrameKind.ERROR, 0, Lane.CONTROL, call.number(), failure)));
        assertEquals("failed no_more", told.take());
        awaitMemory(false);
        write(item, pieceEnd, item.length);
        assertIsAlive();
    }

    @Test
    void whatBeginsWhenTheCallIsOverTakesNoMemory() throws Exception {
        OutgoingCall call = call();
        call.cancel();
        byte[] result = frames(message(FrameKind.END, call.number(), LONG_BYTES));
        write(result, 0, LONG_BYTES / 2);
        OutgoingCall other = call();
        write(result, LONG_BYTES / 2, result.length);
        write(frames(message(FrameKind.END, other.number(), 8)));
        assertEquals("ended 8", told.take());
        assertEquals(0, received.used());
    }

    private void assertIsAlive() throws Exception {
        OutgoingCall next = call();
        write(frames(message(FrameKind.END, next.number(), LONG_BYTES)));
        assertEquals("ended " + LONG_BYTES, told.take());
        awaitMemory(false);
    }

    private OutgoingCall call() throws Exception {
        CallHeader header = new CallHeader(1, 0, 0, 2 * LONG_BYTES, null);
        MessageBuffer payload = sent.take(CallHeader.BYTES, 0);
        header.write(payload.segment());
        return Objects.requireNonNull(connection().call(payload, 0, Lane.RPC, 2 * LONG_BYTES, new Caller()));
    }

    private Connection connection() {
        Connection open = connection;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    private void awaitMemory(boolean some) {
        while (received.used() > 0 != some) {
            Thread.onSpinWait();
        }
    }

    private static Hello hello() {
        return new Hello(
                Hello.VERSION, "test", LIMITS.messageBytes(), LIMITS.pieceBytes(), LIMITS.calls(), null, null, null);
    }

    private static OutgoingMessage message(FrameKind kind, int stream, int bytes) {
        return OutgoingMessage.of(kind, 0, Lane.RPC, stream, MemorySegment.ofArray(new byte[bytes]));
    }

    private static byte[] frames(OutgoingMessage message) throws IOException {
        SendQueue queue = new SendQueue(LIMITS.pieceBytes());
        assertTrue(queue.add(message));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        FrameBatch batch = new FrameBatch(new MessagePool());
        while (queue.take(batch)) {
            batch.writeTo((buffers, offset, length) -> {
                long written = 0;
                for (int i = offset; i < offset + length; i++) {
                    byte[] bytes = new byte[buffers[i].remaining()];
                    buffers[i].get(bytes);
                    all.writeBytes(bytes);
                    written += bytes.length;
                }
                return written;
            });
        }
        return all.toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    private void write(byte[] bytes, int from, int to) throws IOException {
        SocketChannel open = peer;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
        while (buffer.hasRemaining()) {
            open.write(buffer);
        }
    }

    private final class Owner implements ConnectionEvents {
        @Override
        public @Nullable Failure opened(Connection of, Hello said) {
            opened.countDown();
            return null;
        }

        @Override
        public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
            told.add("called");
        }

        @Override
        public void closed(Connection of, Failure reason) {}
    }

    private final class Caller implements CallerEvents {
        @Override
        public void item(ReceivedMessage item) {
            told.add("item");
        }

        @Override
        public void credit(long bytes) {}

        @Override
        public void ended(ReceivedMessage result) {
            told.add("ended " + result.payload().byteSize());
        }

        @Override
        public void failed(Failure failure) {
            told.add("failed " + failure.code());
        }
    }
}
