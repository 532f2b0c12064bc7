package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Callback;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.TraceContext;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * One call of a callback, as a job of the side that has handed it over.
 *
 * @param of the callbacks of the call that it came with
 * @param scope what the argument lies in, if it lies in its message
 */
record CallbackCall(
        IncomingCall call,
        LentCallbacks of,
        Callback<@Nullable Object, @Nullable Object> function,
        @Nullable Object argument,
        ValueMessage result,
        Messages messages,
        @Nullable MessageScope scope)
        implements Runnable {
    static final String OVER = "the call that gave the callback is over";

    @Override
    public void run() {
        TraceContext trace = of.trace();
        if (trace == null) {
            serve();
        } else {
            CallTrace.run(trace, this::serve);
        }
    }

    private void serve() {
        try {
            if (of.isOver()) {
                call.fail(new Failure(Failure.CANCELLED, OVER));
            } else if (!call.isOver()) {
                Object given = function.call(argument);
                call.end(messages.message(false, writer -> result.encode(given, writer)));
            }
        } catch (RpcException refused) {
            call.fail(new Failure(refused.code(), refused.getMessage()));
        } catch (OutOfMessageMemoryException full) {
            call.fail(Failure.busy(String.valueOf(full.getMessage())));
        } catch (RuntimeException | Error failure) {
            call.fail(new Failure(Failure.FAILED, "the callback failed; the reason is with the caller"));
            throw new IllegalStateException("a callback failed", failure);
        } finally {
            MessageScope.end(scope);
        }
    }
}
