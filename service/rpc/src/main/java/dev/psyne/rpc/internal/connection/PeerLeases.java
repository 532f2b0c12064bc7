package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the other side of a connection has lent this one, wherever the messages have got to since. When the connection has ended
 * and the last of them is released the owner is told: its regions are needed no more. Any thread may call.
 */
final class PeerLeases {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Connection connection;
    private final Runnable whenNone;

    /** The connection counts as one. */
    private final AtomicInteger count = new AtomicInteger(1);

    PeerLeases(Connection connection, Runnable whenNone) {
        this.connection = connection;
        this.whenNone = whenNone;
    }

    /** The lease of a message that has come; {@code call} is the one that it belongs to if the other side makes that. */
    MessageLease take(int number, @Nullable IncomingCall call) {
        count.incrementAndGet();
        return new PeerLease(number, call);
    }

    /** The connection has ended. */
    void ended() {
        drop();
    }

    private void drop() {
        if (count.decrementAndGet() == 0) {
            whenNone.run();
        }
    }

    private final class PeerLease implements MessageLease {
        private final int number;
        private final @Nullable IncomingCall call;
        private final AtomicBoolean released = new AtomicBoolean();

        private PeerLease(int number, @Nullable IncomingCall call) {
            this.number = number;
            this.call = call;
        }

        @Override
        public void release() {
            if (!released.compareAndSet(false, true)) {
                return;
            }
            // An answer releases what the caller lent: nothing more has to be said.
            if (!connection.isClosed() && (call == null || !call.isAnswered())) {
                MemorySegment payload = MemorySegment.ofArray(new byte[NUMBER_BYTES]);
                payload.set(INT, 0, number);
                connection.send(OutgoingMessage.of(FrameKind.RELEASE, 0, Lane.CONTROL, 0, payload));
            }
            drop();
        }
    }
}
