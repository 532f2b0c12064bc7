package dev.psyne.rpc;

import org.jspecify.annotations.Nullable;

/**
 * A function that a caller hands over with its call and that the called may call while that call lasts, from any thread.
 *
 * <pre>{@code
 * vision.watch(picture -> picture.caption() == null ? Mood.calm : Mood.wild);
 * }</pre>
 *
 * @param <A> as any type of a schema
 * @param <R> likewise
 */
@FunctionalInterface
public interface Callback<A extends @Nullable Object, R extends @Nullable Object> {
    /**
     * Calls it, and waits for its result when it lives in another process.
     *
     * @throws RpcException if it failed there, or its call is over
     */
    R call(A argument);
}
