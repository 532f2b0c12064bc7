package dev.psyne.rpc;

import org.jspecify.annotations.Nullable;

/**
 * What a call runs, as a job on the server's scheduler; calls run it at the same time.
 *
 * <pre>{@code
 * Object invoke(RpcCall call) throws InterruptedException {
 *     for (String word : call.string("text").split(" ")) {
 *         call.credit().acquire();
 *         call.send(word);
 *     }
 *     return null;
 * }
 * }</pre>
 */
@FunctionalInterface
public interface RpcMethod {
    /**
     * Runs the call.
     *
     * @return the result, as {@link RpcCall#send} takes it, or null for none
     * @throws RpcException to tell the caller what is wrong
     * @throws Exception anything else: the caller is told {@code internal} and nothing more, and the exception goes on
     *     to the scheduler's handler of uncaught exceptions
     */
    @Nullable
    Object invoke(RpcCall call) throws Exception;
}
