package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call that this side makes. */
public final class OutgoingCall extends CallStream {
    private static final long NEVER = Long.MAX_VALUE;

    private final CallerEvents events;
    private volatile long wakeAtNanos = NEVER;
    private volatile boolean late;
    private @Nullable Thread waiter;

    OutgoingCall(Connection connection, int number, Lane lane, long grantedBytes, CallerEvents events) {
        super(connection, number, lane, Credit.FIRST_BYTES, grantedBytes);
        this.events = events;
        meter(events.meter());
    }

    @Override
    void ended() {
        if (lane == Lane.STREAM) {
            connection.expect(-1);
        }
    }

    /** The calling thread waits until it is over, at most until then. */
    void waits(long deadlineNanos) {
        waiter = Thread.currentThread();
        wakeAtNanos = deadlineNanos;
    }

    /** Whether who waits for it has waited for long enough. */
    boolean isLate() {
        return late;
    }

    /** Wakes who has waited for long enough; until when he waits otherwise. */
    long expire(long nowNanos) {
        long at = wakeAtNanos;
        if (at > nowNanos) {
            return at;
        }
        late = true;
        LockSupport.unpark(waiter);
        return NEVER;
    }

    /** No item follows. */
    public void endInput() {
        if (!isOver()) {
            send(OutgoingMessage.empty(FrameKind.END, lane, number));
        }
    }

    /** The items failed, and so does the call: nothing comes of it. */
    public void failInput(Failure failure) {
        if (endFailed(failure.code())) {
            connection.forget(this);
            connection.sendFailure(lane, number, failure);
        }
    }

    /** Wants nothing more. */
    public void cancel() {
        cancel(Failure.CANCELLED);
    }

    /** Wants nothing more, and counts it as failed with this code. */
    public void cancel(String countedAs) {
        if (endFailed(countedAs)) {
            connection.forget(this);
            send(OutgoingMessage.empty(FrameKind.CANCEL, lane, number));
        }
    }

    @Override
    void take(ReceivedMessage message) throws ProtocolException {
        switch (message.kind()) {
            case ITEM -> received(message);
            case CREDIT -> credited(message);
            case END -> {
                connection.forget(this);
                countReceived(message.payload().byteSize());
                if (endWell()) {
                    events.ended(message);
                }
            }
            case ERROR -> {
                connection.forget(this);
                Failure failure = WireRecords.decode(WireRecords.FAILURE, message.payload());
                if (endFailed(failure.code())) {
                    events.failed(failure);
                }
            }
            default -> throw new ProtocolException("a " + message.kind() + " frame for a call of the receiver's");
        }
    }

    @Override
    CallerEvents events() {
        return events;
    }
}
