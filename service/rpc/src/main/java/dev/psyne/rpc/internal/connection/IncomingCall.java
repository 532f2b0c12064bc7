package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import org.jspecify.annotations.Nullable;

/** A call that the other side makes. Ends once: by a result, a failure, or the caller. */
public final class IncomingCall extends CallStream {
    private static final StreamEvents NOBODY = new StreamEvents() {
        @Override
        public void item(ReceivedMessage item) {}

        @Override
        public void credit(long bytes) {}
    };

    private final long deadlineNanos;
    private final boolean takesReferences;
    private volatile @Nullable CalleeEvents events;
    private volatile boolean answered;
    private volatile boolean borrows;

    IncomingCall(
            Connection connection,
            int number,
            Lane lane,
            long creditBytes,
            long grantedBytes,
            long deadlineNanos,
            boolean takesReferences) {
        super(connection, number, lane, creditBytes, grantedBytes);
        this.deadlineNanos = deadlineNanos;
        this.takesReferences = takesReferences;
    }

    /** Who hears of what comes after the arguments; to be said before the event of the call has returned. */
    public void listen(CalleeEvents listener) {
        events = listener;
    }

    /** Counts it from here on; to be said before the event of the call has returned. */
    public void meter(MethodMeter by, ReceivedMessage message) {
        meter(by);
        countReceived(message.payload().byteSize());
    }

    /** The moment of {@link System#nanoTime} after which nobody waits; {@link Long#MAX_VALUE} without one. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether its answers may say tensors by reference. */
    public boolean takesReferences() {
        return takesReferences;
    }

    /** Whether the caller has been told, or is being told, how it ended. */
    boolean isAnswered() {
        return answered;
    }

    /** The lane it came in, which its answer takes. */
    public Lane lane() {
        return lane;
    }

    /** Its connection. */
    public Connection connection() {
        return connection;
    }

    /** Ends it with a result, which is the connection's from here on; dropped if the call is over. */
    public void end(MessageBuffer result) {
        countSent(result.segment().byteSize());
        if (endWell()) {
            answered = true;
            connection.forget(this);
            send(OutgoingMessage.of(FrameKind.END, connection.lent(number, result), lane, number, result));
        } else {
            result.release();
        }
    }

    /** Ends it without a result. */
    public void endEmpty() {
        if (endWell()) {
            answered = true;
            connection.forget(this);
            send(OutgoingMessage.empty(FrameKind.END, lane, number));
        }
    }

    /** Ends it with a failure. */
    public void fail(Failure failure) {
        if (endFailed(failure.code())) {
            answered = true;
            connection.forget(this);
            connection.sendFailure(Lane.CONTROL, number, failure);
        }
    }

    /** What it works on is lent by its caller. */
    void borrows() {
        borrows = true;
    }

    /**
     * Ends it because its deadline has passed, and tells who works on it. An answer would end what its caller lends: a caller who
     * lends knows the deadline himself.
     */
    void expire() {
        if (endFailed(Failure.DEADLINE_EXCEEDED)) {
            connection.forget(this);
            if (!borrows) {
                answered = true;
                connection.sendFailure(
                        Lane.CONTROL, number, new Failure(Failure.DEADLINE_EXCEEDED, "the call's deadline has passed"));
            }
            CalleeEvents listener = events;
            if (listener != null) {
                listener.cancelled();
            }
        }
    }

    @Override
    StreamEvents events() {
        CalleeEvents listener = events;
        return listener == null ? NOBODY : listener;
    }

    @Override
    void take(ReceivedMessage message) throws ProtocolException {
        CalleeEvents listener = events;
        switch (message.kind()) {
            case ITEM -> received(message);
            case CREDIT -> credited(message);
            case END -> {
                if (listener != null && !isOver()) {
                    listener.inputEnded();
                }
            }
            case ERROR -> {
                connection.forget(this);
                Failure failure = WireRecords.decode(WireRecords.FAILURE, message.payload());
                if (endFailed(failure.code()) && listener != null) {
                    listener.inputFailed(failure);
                }
            }
            default -> cancelled();
        }
    }

    /** Its caller wants nothing of it any more, or is gone. */
    void cancelled() {
        connection.forget(this);
        CalleeEvents listener = events;
        if (endFailed(Failure.CANCELLED) && listener != null) {
            listener.cancelled();
        }
    }
}
