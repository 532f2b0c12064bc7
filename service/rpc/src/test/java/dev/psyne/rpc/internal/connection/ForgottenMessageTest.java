package dev.psyne.rpc.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.MessageSocket;
import dev.psyne.rpc.internal.carrier.CarrierParts;
import dev.psyne.rpc.internal.carrier.MessageCarrier;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A message that has half come over a socket that keeps messages whole, when its call is over. */
@Timeout(60)
class ForgottenMessageTest {
    private static final ConnectionLimits LIMITS = ConnectionLimits.standard();
    private static final int HELLO = 1;
    private static final int END = 4;
    private static final int LONG_BYTES = 1 << 20;
    private static final int ROUNDS = 2_000;

    private final MessagePool pool = new MessagePool();
    private final MessageMemory received = new MessageMemory(pool, LIMITS.memoryBytes());
    private final MessageMemory sent = new MessageMemory(pool, LIMITS.memoryBytes());
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final SelectorLoop timers = SelectorLoop.start("forgotten", failures::add);
    private final List<Connection> made = new ArrayList<>();
    private final MessageCarrier carrier = MessageCarrier.start(
            timers,
            new Deaf(),
            new SendQueue(LIMITS.pieceBytes()),
            new CarrierParts(
                    of -> {
                        made.add(Connection.open(true, hello(), of, LIMITS, new Owner()));
                        return made.getFirst();
                    },
                    sink -> new FrameReader(received, sink, LIMITS.messageBytes(), LIMITS.pieceBytes()),
                    pool));

    @AfterEach
    void end() {
        carrier.closed();
        timers.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static Hello hello() {
        return new Hello(
                Hello.VERSION, "test", LIMITS.messageBytes(), LIMITS.pieceBytes(), LIMITS.calls(), null, null, null);
    }

    private void receive(int kind, int stream, int length, int total) {
        byte[] payload = new byte[length];
        if (kind == HELLO) {
            MemorySegment.ofArray(payload).copyFrom(WireRecords.encode(hello()));
        }
        byte[] frame = ByteBuffer.allocate(16 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind | (kind == HELLO ? 0 : 1 << 16))
                .putInt(stream)
                .putInt(length)
                .putInt(total)
                .put(payload)
                .array();
        carrier.received(MemorySegment.ofArray(frame), true);
    }

    private OutgoingCall call() throws Exception {
        CallHeader header = new CallHeader(1, 0, 0, 0, null);
        MessageBuffer payload = sent.take(CallHeader.BYTES, 0);
        header.write(payload.segment());
        return Objects.requireNonNull(made.getFirst().call(payload, 0, Lane.RPC, 0, new Caller()));
    }

    private void greet() {
        int bytes = (int) WireRecords.encode(hello()).byteSize();
        receive(HELLO, 0, bytes, bytes);
        assertTrue(made.getFirst().isOpen());
    }

    @Test
    void itsMemoryGoesWithTheCall() throws Exception {
        greet();
        OutgoingCall call = call();
        receive(END, call.number(), LIMITS.pieceBytes(), LONG_BYTES);
        assertTrue(received.used() >= LONG_BYTES);
        call.cancel();
        assertEquals(0, received.used());
        receive(END, call.number(), LIMITS.pieceBytes(), LONG_BYTES);
        assertEquals(0, received.used());
    }

    @Test
    void itGoesAlsoWhileAnotherThreadReads() throws Exception {
        greet();
        for (int i = 0; i < ROUNDS; i++) {
            OutgoingCall call = call();
            Thread caller = Thread.startVirtualThread(call::cancel);
            receive(END, call.number(), LIMITS.pieceBytes(), 2 * LIMITS.pieceBytes());
            caller.join();
            assertEquals(0, received.used(), "the call's message in round " + i);
            receive(END, call.number(), LIMITS.pieceBytes(), 2 * LIMITS.pieceBytes());
        }
    }

    /** Takes nothing. */
    private static final class Deaf implements MessageSocket {
        @Override
        public void awaitWritable() {}

        @Override
        public boolean trySend(int bytes, Consumer<MemorySegment> writer) {
            return false;
        }

        @Override
        public void close(int status, String reason) {}

        @Override
        public String peer() {
            return "the test";
        }
    }

    private static final class Owner implements ConnectionEvents {
        @Override
        public @Nullable Failure opened(Connection of, Hello said) {
            return null;
        }

        @Override
        public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {}

        @Override
        public void closed(Connection of, Failure reason) {}
    }

    private static final class Caller implements CallerEvents {
        @Override
        public void item(ReceivedMessage item) {}

        @Override
        public void credit(long bytes) {}

        @Override
        public void ended(ReceivedMessage result) {}

        @Override
        public void failed(Failure failure) {}
    }
}
