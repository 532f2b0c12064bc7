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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to the connection that offers the service, on the threads that read: arguments, items and results are not
 * looked at, and credit passes from end to end. So do leases: to release what was passed on is to release what came.
 */
final class Relay implements CallTarget {
    private static final ValueLayout.OfInt CALL_NUMBER =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long CALL_NUMBER_AT = 4;
    private static final Failure UNSHARED = new Failure(
            Failure.INVALID_ARGUMENT,
            "the message refers to a region that its receiver does not map: send the tensors in it");

    private final Link link;
    private final Directory directory;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Provider.Remote provider;
    private volatile int offersSeen;

    /** From a link to who offers {@code provider} now, and to whoever comes back with it. */
    Relay(Link link, Provider.Remote provider) {
        this.link = link;
        this.directory = link.directory();
        this.provider = provider;
        this.offersSeen = directory.offers();
    }

    @Override
    public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
        Provider.Remote to = provider();
        Connection connection = to.owner().connection();
        Failure refusal = refusal(connection);
        if (refusal != null) {
            call.fail(refusal);
            return;
        }
        boolean shares = to.shares(link);
        if (message.holdsReferences() && !shares) {
            call.fail(UNSHARED);
            return;
        }
        MessageBuffer payload;
        try {
            payload = message.keep();
        } catch (OutOfMessageMemoryException full) {
            call.fail(Failure.busy(String.valueOf(full.getMessage())));
            return;
        }
        header.to(to.service()).write(payload.segment());
        underWay.getAndIncrement();
        FromCaller fromCaller = new FromCaller(call, underWay, shares);
        call.listen(fromCaller);
        int flags = shares ? message.flags() : message.flags() & ~CallHeader.TAKES_REFERENCES;
        OutgoingCall onward =
                connection.call(payload, flags, message.lane(), header.creditBytes(), new FromCallee(call, fromCaller));
        begun(call, fromCaller, connection, onward, payload);
    }

    private Provider.Remote provider() {
        int offers = directory.offers();
        if (offers != offersSeen) {
            Provider.Remote now = directory.successor(provider);
            if (now != null) {
                provider = now;
            }
            offersSeen = offers;
        }
        return provider;
    }

    /** Leaves as many calls free for others as this caller has under way, so that one cannot take them all. */
    private @Nullable Failure refusal(Connection connection) {
        if (connection.isClosed()) {
            return Failure.busy("the provider of '" + provider.name() + "' is gone");
        }
        int own = underWay.get();
        if (own > 0 && own >= connection.limits().calls() - connection.callsOut()) {
            return Failure.busy("the provider of '" + provider.name() + "' has " + connection.callsOut()
                    + " calls under way, and " + own + " of them are this caller's");
        }
        return null;
    }

    private static void begun(
            IncomingCall call,
            FromCaller fromCaller,
            Connection connection,
            @Nullable OutgoingCall onward,
            MessageBuffer payload) {
        if (onward == null) {
            payload.release();
            fromCaller.over();
            call.fail(Failure.busy(connection.refusal().message()));
        } else {
            fromCaller.passOnTo(onward);
        }
    }

    /** Of a call that is under way: nobody knows what of it was done. */
    private static Failure full(OutOfMessageMemoryException full) {
        return new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage()));
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
            FromCaller fromCallback = new FromCaller(callback, new AtomicInteger(1), false);
            callback.listen(fromCallback);
            Connection connection = caller.connection();
            OutgoingCall onward = connection.callback(payload, message.lane(), new FromCallee(callback, fromCallback));
            begun(callback, fromCallback, connection, onward, payload);
        }

        @Override
        public void ended(ReceivedMessage result) {
            other.over();
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
            other.over();
            caller.fail(failure);
        }
    }

    /** What the caller says after its arguments goes to the callee. */
    private static final class FromCaller implements CalleeEvents {
        private final IncomingCall caller;
        private final boolean shares;
        private @Nullable OutgoingCall callee;
        private final AtomicInteger underWay;
        private final AtomicBoolean over = new AtomicBoolean();
        private boolean cancelled;

        /** {@code underWay} counts it until it is over. */
        private FromCaller(IncomingCall caller, AtomicInteger underWay, boolean shares) {
            this.caller = caller;
            this.shares = shares;
            this.underWay = underWay;
        }

        private void over() {
            if (over.compareAndSet(false, true)) {
                underWay.getAndDecrement();
            }
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
                over();
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
            over();
            OutgoingCall onward = callee();
            if (onward != null) {
                onward.failInput(failure);
            }
        }

        @Override
        public void cancelled() {
            over();
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
