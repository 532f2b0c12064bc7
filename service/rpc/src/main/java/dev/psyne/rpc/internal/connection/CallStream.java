package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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
    private @Nullable MethodMeter meter;
    private long begunNanos;

    CallStream(Connection connection, int number, Lane lane, long creditBytes, long grantedBytes) {
        this.connection = connection;
        this.number = number;
        this.lane = lane;
        this.credit = new Credit(creditBytes);
        this.granted = new AtomicLong(grantedBytes);
    }

    /** Counts it from now on; to be said by who has begun it, before anybody else knows of it. */
    final void meter(@Nullable MethodMeter by) {
        if (by != null) {
            meter = by;
            begunNanos = System.nanoTime();
        }
    }

    /** Counts a message that has been given to the connection. */
    final void countSent(long bytes) {
        if (meter != null) {
            meter.sent(bytes);
        }
    }

    /** Counts a message that has come. */
    final void countReceived(long bytes) {
        if (meter != null) {
            meter.received(bytes);
        }
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
        countSent(item.segment().byteSize());
        send(OutgoingMessage.of(FrameKind.ITEM, connection.lent(number, item), lane, number, item));
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

    /** What the other side sends for it. */
    abstract void take(ReceivedMessage message) throws ProtocolException;

    /** True for the one who ends it well. */
    final boolean endWell() {
        return end(null);
    }

    /** True for the one who ends it with a failure of this code. */
    final boolean endFailed(String code) {
        return end(code);
    }

    private boolean end(@Nullable String failureCode) {
        boolean ends = over.compareAndSet(false, true);
        if (ends && meter != null) {
            meter.ended(System.nanoTime() - begunNanos, failureCode);
        }
        if (ends) {
            ended();
        }
        return ends;
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
            countReceived(item.payload().byteSize());
            events().item(item);
        }
    }

    final void credited(ReceivedMessage message) throws ProtocolException {
        long bytes = Integer.toUnsignedLong(ControlNumbers.read("a credit", message.payload()));
        credit.grant(bytes);
        if (!isOver()) {
            events().credit(bytes);
        }
    }
}
