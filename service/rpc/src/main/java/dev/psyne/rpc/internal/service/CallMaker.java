package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes calls over one connection and waits for them, whatever says what their messages look like. Any thread may call.
 *
 * @param lends whether the callee takes references
 */
record CallMaker(Connection connection, Messages messages, boolean lends) {
    /** Larger calls go behind all others. */
    private static final int BULK_BYTES = 1 << 20;

    /**
     * Makes a call.
     *
     * @param flags beside those of the header
     * @param streams whether items are to come or to go
     * @throws CallNotSentException if it did not leave
     */
    OutgoingCall begin(
            CallHeader header,
            int flags,
            boolean streams,
            PendingCall pending,
            Function<MessageWriter, MemorySegment> arguments) {
        MessageBuffer payload;
        try {
            payload = messages.call(header, lends, pending.references(), arguments);
        } catch (OutOfMessageMemoryException full) {
            throw new CallNotSentException(Failure.busy(String.valueOf(full.getMessage())));
        }
        Lane lane = payload.segment().byteSize() > BULK_BYTES ? Lane.BULK : streams ? Lane.STREAM : Lane.RPC;
        OutgoingCall call = connection.call(payload, header.flags() | flags, lane, header.creditBytes(), pending);
        if (call == null) {
            payload.release();
            throw new CallNotSentException(connection.refusal());
        }
        return call;
    }

    /**
     * Waits until there is a result, or the first item.
     *
     * @param service and {@code method} that were called, for people
     * @param timeoutMillis 0 without an end
     * @throws RpcException if there is none in time, or the thread is interrupted; the call is cancelled then
     */
    void await(OutgoingCall call, PendingCall pending, String service, String method, long timeoutMillis) {
        boolean ended = false;
        try {
            long deadline = timeoutMillis == 0
                    ? Long.MAX_VALUE
                    : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            ended = connection.await(call, pending, deadline);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            call.cancel();
            throw new RpcException(
                    Failure.CANCELLED, "the thread was interrupted while it waited for " + service + "." + method);
        } finally {
            if (!ended) {
                call.cancel(Failure.DEADLINE_EXCEEDED);
            }
        }
        if (!ended) {
            throw new RpcException(
                    Failure.DEADLINE_EXCEEDED,
                    service + "." + method + " was not answered in " + timeoutMillis + " ms");
        }
    }
}
