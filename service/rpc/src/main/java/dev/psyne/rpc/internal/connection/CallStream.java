package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One call, as one of its sides holds it: what goes out and comes in under credit. Any thread may call, nothing waits. */
public abstract sealed class CallStream permits OutgoingCall, IncomingCall {
    /** Credit of a caller's own items, before the callee grants more. */
    public static final int FIRST_BYTES = Credit.FIRST_BYTES;

    final Connection connection;
    final int number;
    final Lane lane;
    private final Credit credit;
    private final AtomicLong granted;
    private final AtomicBoolean over = new AtomicBoolean();

    CallStream(Connection connection, int number, Lane lane, long creditBytes, long grantedBytes) {
        this.connection = connection;
        this.number = number;
        this.lane = lane;
        this.credit = new Credit(creditBytes);
        this.granted = new AtomicLong(grantedBytes);
    }

    /** Its number on its connection. */
    public final int number() {
        return number;
    }

    /** Whether nothing more comes of it or may be sent. */
    public final boolean isOver() {
        return over.get();
    }

    /** Sends an item, which is the connection's from here on, if any credit is left; false, and it stays the caller's, if not. */
    public final boolean trySend(MessageBuffer item) {
        if (!isOver() && !credit.tryTake(item.segment().byteSize())) {
            return false;
        }
        send(OutgoingMessage.of(FrameKind.ITEM, 0, lane, number, item));
        return true;
    }

    /** Lets the other side send so many bytes of items more. */
    public final void grant(int bytes) {
        if (!isOver()) {
            granted.addAndGet(bytes);
            connection.sendCredit(number, bytes);
        }
    }

    /** What one item of so many bytes costs of the credit. */
    public static long cost(long messageBytes) {
        return Credit.cost(messageBytes);
    }

    abstract StreamEvents events();

    /** True for the one who ends it. */
    final boolean end() {
        if (over.compareAndSet(false, true)) {
            ended();
            return true;
        }
        return false;
    }

    /** It was ended, once. */
    void ended() {}

    final void send(OutgoingMessage message) {
        connection.send(message);
    }

    final void received(ReceivedMessage item) throws ProtocolException {
        long before = granted.getAndAdd(-Credit.cost(item.payload().byteSize()));
        if (before <= 0) {
            throw new ProtocolException("an item of " + item.payload().byteSize() + " bytes on stream " + number
                    + ", which has no credit left");
        }
        if (!isOver()) {
            events().item(item);
        }
    }

    final void credited(long bytes) {
        credit.grant(bytes);
        if (!isOver()) {
            events().credit(bytes);
        }
    }
}
