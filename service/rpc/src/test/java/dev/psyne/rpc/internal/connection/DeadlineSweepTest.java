package dev.psyne.rpc.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.Carrier;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls whose time is over, by a clock that stands still. */
class DeadlineSweepTest {
    private static final String HELLO_FRAME =
            "01000000" + "00000000" + "39000000" + "39000000" + "38000000" + "02000000"
                    + "38000000" + "01000000" + "00000100" + "00000100" + "08000000" + "00000000" + "0000000000000000"
                    + "0000000000000000" + "0000000000000000" + "78";

    private final ManualTiming timing = new ManualTiming();
    private final DeadlineSweep sweep = new DeadlineSweep(timing);
    private final List<IncomingCall> calls = new ArrayList<>();
    private final List<Integer> cancelled = new ArrayList<>();
    private final Connection connection = Connection.open(
            false,
            new Hello(Hello.VERSION, "x", 1 << 20, 1 << 16, 4096, null, null, null),
            new Nowhere(),
            ConnectionLimits.standard(),
            new Watched());
    private final FrameReader reader =
            new FrameReader(new MessageMemory(new MessagePool(), 1 << 20), connection, 1 << 20, 1 << 16);

    private static final class Nowhere implements Carrier {
        @Override
        public void send(OutgoingMessage message) {}

        @Override
        public long waitingBytes() {
            return 0;
        }

        @Override
        public void close() {}

        @Override
        public String peer() {
            return "nobody";
        }
    }

    private final class Watched implements ConnectionEvents {
        @Override
        public @Nullable Failure opened(Connection opened, Hello peer) {
            sweep.add(opened);
            return null;
        }

        @Override
        public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
            calls.add(call);
            call.listen(new Told(call.number()));
            // The call counts from the machine's clock; the sweep is shown one that begins at its receipt.
            sweep.watch(timing.nanos() + TimeUnit.MILLISECONDS.toNanos(header.deadlineMillis()));
        }

        @Override
        public void closed(Connection closed, Failure reason) {
            sweep.remove(closed);
        }
    }

    private final class Told implements CalleeEvents {
        private final int number;

        private Told(int number) {
            this.number = number;
        }

        @Override
        public void inputEnded() {}

        @Override
        public void inputFailed(Failure failure) {}

        @Override
        public void cancelled() {
            cancelled.add(number);
        }

        @Override
        public void item(ReceivedMessage item) {}

        @Override
        public void credit(long bytes) {}
    }

    private void call(int number, int deadlineMillis) throws ProtocolException {
        byte[] frame = ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x0001_0002)
                .putInt(number)
                .putInt(16)
                .putInt(16)
                .putInt(0)
                .putInt(deadlineMillis)
                .array();
        reader.read(MemorySegment.ofArray(frame));
    }

    @Test
    void callsEndAtTheirDeadlinesAndFewTimersAreSet() throws ProtocolException {
        reader.read(MemorySegment.ofArray(HexFormat.of().parseHex(HELLO_FRAME)));
        timing.advance(System.nanoTime());
        for (int i = 0; i < 1_000; i++) {
            call(2 * i + 1, 600_000 - i);
        }
        assertEquals(1_000, calls.size());
        assertTrue(timing.waiting() <= 32, timing.waiting() + " timers");
        timing.advance(TimeUnit.MILLISECONDS.toNanos(598_999));
        assertTrue(cancelled.isEmpty(), cancelled::toString);
        calls.getFirst().endEmpty();
        timing.advance(TimeUnit.HOURS.toNanos(1));
        assertEquals(999, cancelled.size());
        assertFalse(cancelled.contains(1), "it had ended before its deadline");
        assertTrue(calls.stream().allMatch(CallStream::isOver));
        assertEquals(0, connection.callsIn());
        assertEquals(0, timing.waiting());
    }
}
