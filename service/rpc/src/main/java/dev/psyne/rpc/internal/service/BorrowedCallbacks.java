package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Callback;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.ValueCodec;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The functions that came in the arguments of one call. Any thread may call them until the call is over, and waits. */
final class BorrowedCallbacks implements MessageReferences {
    private static final Failure OVER = new Failure(Failure.CANCELLED, CallbackCall.OVER);

    private final IncomingCall call;
    private final Messages messages;
    private final CallbackContracts contracts;
    private final Set<PendingCall> underWay = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Failure ended;

    BorrowedCallbacks(IncomingCall call, Messages messages, CallbackContracts contracts) {
        this.call = call;
        this.messages = messages;
        this.contracts = contracts;
    }

    @Override
    public MemorySegment elements(int lease, long offset, long bytes) {
        return messages.references().elements(lease, offset, bytes);
    }

    @Override
    public Callback<Object, @Nullable Object> callback(int number, ValueCodec.Callback codec) {
        return new Borrowed(this, number, contracts.of(codec));
    }

    /** The call is over: what is under way fails for the reason, and what is called from here on. */
    void end(@Nullable Failure reason) {
        Failure why = reason == null ? OVER : reason;
        ended = why;
        underWay.forEach(pending -> pending.failed(why));
    }

    /** A function of the caller's. */
    record Borrowed(BorrowedCallbacks of, int number, CallbackContract contract)
            implements Callback<Object, @Nullable Object> {
        @Override
        public @Nullable Object call(Object argument) {
            return of.call(number, contract, argument);
        }

        @Override
        public String toString() {
            return "callback " + Integer.toUnsignedString(number);
        }
    }

    private @Nullable Object call(int number, CallbackContract contract, Object argument) {
        String name = "callback " + Integer.toUnsignedString(number);
        PendingCall pending = new PendingCall(messages, name, contract.result(), null, null);
        underWay.add(pending);
        OutgoingCall out = null;
        try {
            requireUnderWay();
            out = begin(number, contract, argument, pending);
            if (!call.connection().await(pending, call.deadlineNanos())) {
                throw new RpcException(
                        Failure.DEADLINE_EXCEEDED, name + " was not answered before the call's deadline");
            }
            return pending.result();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RpcException(Failure.CANCELLED, "the thread was interrupted while it waited for " + name);
        } finally {
            underWay.remove(pending);
            if (out != null) {
                out.cancel();
            }
        }
    }

    /** Asked when {@link #end} can see who asks. */
    private void requireUnderWay() {
        Failure over = ended == null && call.isOver() ? OVER : ended;
        if (over != null) {
            throw new RpcException(over.code(), over.message());
        }
    }

    private OutgoingCall begin(int number, CallbackContract contract, Object argument, PendingCall pending) {
        MessageBuffer payload;
        try {
            payload = messages.callback(
                    number, call.number(), writer -> contract.argument().encode(argument, writer));
        } catch (OutOfMessageMemoryException full) {
            throw new RpcException(Failure.UNAVAILABLE, String.valueOf(full.getMessage()));
        }
        OutgoingCall out = call.connection().callback(payload, call.lane(), pending);
        if (out == null) {
            payload.release();
            Failure refusal = call.connection().refusal();
            throw new RpcException(refusal.code(), refusal.message());
        }
        return out;
    }
}
