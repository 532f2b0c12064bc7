package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.connection.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of one call need while it lasts.
 *
 * @param scope the message they lie in, if they do
 * @param callbacks those among them, if there may be any
 */
record CallResources(@Nullable MessageScope scope, @Nullable BorrowedCallbacks callbacks) {
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
        MessageScope.close(scope);
    }
}
