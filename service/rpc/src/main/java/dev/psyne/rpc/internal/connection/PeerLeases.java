package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the other side of a connection has lent this one, wherever the messages have got to since. When the connection has ended
 * and the last of them is released the owner is told: its regions are needed no more. Any thread may call.
 */
final class PeerLeases {
    private final Connection connection;
    private final Runnable whenNone;

    /** The connection counts as one. */
    private final AtomicInteger count = new AtomicInteger(1);

    PeerLeases(Connection connection, Runnable whenNone) {
        this.connection = connection;
        this.whenNone = whenNone;
    }

    /** Gives a message that has come its lease, if it holds references. */
    void lend(ReceivedMessage message, @Nullable IncomingCall call) throws ProtocolException {
        if (message.holdsReferences()) {
            if (call != null) {
                call.borrows();
            }
            message.lend(take(message.leaseNumber(), call));
        }
    }

    /** The lease of a message that has come; {@code call} is the one that it belongs to if the other side makes that. */
    private MessageLease take(int number, @Nullable IncomingCall call) {
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
                connection.send(
                        OutgoingMessage.of(FrameKind.RELEASE, 0, Lane.CONTROL, 0, ControlNumbers.payload(number)));
            }
            drop();
        }
    }
}
