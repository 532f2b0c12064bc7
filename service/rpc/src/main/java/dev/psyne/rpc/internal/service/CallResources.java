package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.TraceContext;
import dev.psyne.rpc.internal.connection.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What one call needs while it lasts.
 *
 * @param scope the message they lie in, if they do
 * @param callbacks those among them, if there may be any
 * @param trace that the caller has sent along
 */
record CallResources(
        @Nullable MessageScope scope,
        @Nullable BorrowedCallbacks callbacks,
        @Nullable TraceContext trace) {
    /** Nobody waits for the call any more; its method may still run. */
    void cancelled(Failure reason) {
        if (callbacks != null) {
            callbacks.end(reason);
        }
    }

    /** The method has ended. */
    void end() {
        if (callbacks != null) {
            callbacks.end(null);
        }
        MessageScope.end(scope);
    }
}
