package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.connection.CallStream;
import dev.psyne.rpc.internal.connection.CalleeEvents;
import dev.psyne.rpc.internal.connection.CallerEvents;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to the connection that offers the service, on the threads that read: arguments, items and results are not
 * looked at, and credit passes from end to end. So do leases: to release what was passed on is to release what came.
 */
record Relay(Link owner, int service, boolean shares) implements CallTarget {
    private static final ValueLayout.OfInt CALL_NUMBER =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long CALL_NUMBER_AT = 4;
    private static final Failure UNSHARED = new Failure(
            Failure.INVALID_ARGUMENT,
            "the message refers to a region that its receiver does not map: send the tensors in it");

    @Override
    public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
        if (message.holdsReferences() && !shares) {
            call.fail(UNSHARED);
            return;
        }
        MessageBuffer payload;
        try {
            payload = message.keep();
        } catch (OutOfMessageMemoryException full) {
            call.fail(full(full));
            return;
        }
        new CallHeader(service, header.method(), header.deadlineMillis(), header.creditBytes(), header.trace())
                .write(payload.segment());
        FromCaller fromCaller = new FromCaller(call, shares);
        call.listen(fromCaller);
        Connection connection = owner.connection();
        int flags = shares ? message.flags() : message.flags() & ~CallHeader.TAKES_REFERENCES;
        OutgoingCall onward =
                connection.call(payload, flags, message.lane(), header.creditBytes(), new FromCallee(call, fromCaller));
        begun(call, fromCaller, connection, onward, payload);
    }

    private static void begun(
            IncomingCall call,
            FromCaller fromCaller,
            Connection connection,
            @Nullable OutgoingCall onward,
            MessageBuffer payload) {
        if (onward == null) {
            payload.release();
            call.fail(connection.refusal());
        } else {
            fromCaller.passOnTo(onward);
        }
    }

    private static Failure full(OutOfMessageMemoryException full) {
        return Failure.busy(String.valueOf(full.getMessage()));
    }

    /** Where a message with references may not go. */
    private static boolean isUnshared(ReceivedMessage answer, IncomingCall caller) {
        return answer.holdsReferences() && !caller.takesReferences();
    }

    private static void pass(ReceivedMessage item, CallStream target) throws OutOfMessageMemoryException {
        MessageBuffer kept = item.keep();
        if (!target.trySend(kept)) {
            kept.release();
        }
    }

    /** What the callee says goes to the caller. */
    private record FromCallee(IncomingCall caller, FromCaller other) implements CallerEvents {
        @Override
        public void item(ReceivedMessage item) {
            if (isUnshared(item, caller)) {
                caller.fail(UNSHARED);
                other.cancelled();
                return;
            }
            try {
                pass(item, caller);
            } catch (OutOfMessageMemoryException full) {
                caller.fail(full(full));
                other.cancelled();
            }
        }

        @Override
        public void credit(long bytes) {
            caller.grant((int) bytes);
        }

        /** The callback is the caller's; the stream that it came with is the caller's number for the same call. */
        @Override
        public void callback(IncomingCall callback, int id, ReceivedMessage message) {
            MessageBuffer payload;
            try {
                payload = message.keep();
            } catch (OutOfMessageMemoryException full) {
                callback.fail(full(full));
                return;
            }
            payload.segment().set(CALL_NUMBER, CALL_NUMBER_AT, caller.number());
            FromCaller fromCallback = new FromCaller(callback, false);
            callback.listen(fromCallback);
            Connection connection = caller.connection();
            OutgoingCall onward = connection.callback(payload, message.lane(), new FromCallee(callback, fromCallback));
            begun(callback, fromCallback, connection, onward, payload);
        }

        @Override
        public void ended(ReceivedMessage result) {
            if (isUnshared(result, caller)) {
                caller.fail(UNSHARED);
                return;
            }
            try {
                caller.end(result.keep());
            } catch (OutOfMessageMemoryException full) {
                caller.fail(full(full));
            }
        }

        @Override
        public void failed(Failure failure) {
            caller.fail(failure);
        }
    }

    /** What the caller says after its arguments goes to the callee. */
    private static final class FromCaller implements CalleeEvents {
        private final IncomingCall caller;
        private final boolean shares;
        private @Nullable OutgoingCall callee;
        private boolean cancelled;

        private FromCaller(IncomingCall caller, boolean shares) {
            this.caller = caller;
            this.shares = shares;
        }

        /** The callee is known from here on; the caller may have cancelled meanwhile. */
        private void passOnTo(OutgoingCall onward) {
            synchronized (this) {
                callee = onward;
                if (!cancelled) {
                    return;
                }
            }
            onward.cancel();
        }

        private synchronized @Nullable OutgoingCall callee() {
            return callee;
        }

        @Override
        public void item(ReceivedMessage item) {
            OutgoingCall onward = callee();
            if (onward == null) {
                return;
            }
            if (item.holdsReferences() && !shares) {
                caller.fail(UNSHARED);
                onward.cancel();
                return;
            }
            try {
                pass(item, onward);
            } catch (OutOfMessageMemoryException full) {
                caller.fail(full(full));
                onward.cancel();
            }
        }

        @Override
        public void credit(long bytes) {
            OutgoingCall onward = callee();
            if (onward != null) {
                onward.grant((int) bytes);
            }
        }

        @Override
        public void inputEnded() {
            OutgoingCall onward = callee();
            if (onward != null) {
                onward.endInput();
            }
        }

        @Override
        public void inputFailed(Failure failure) {
            OutgoingCall onward = callee();
            if (onward != null) {
                onward.failInput(failure);
            }
        }

        @Override
        public void cancelled() {
            OutgoingCall onward;
            synchronized (this) {
                cancelled = true;
                onward = callee;
            }
            if (onward != null) {
                onward.cancel();
            }
        }
    }
}
