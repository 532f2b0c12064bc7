package dev.psyne.rpc;

import org.jspecify.annotations.Nullable;

/**
 * A function that a caller hands over with its call and that the called may call while that call lasts, from any thread
 * and any number of times. It runs as a job of the caller's scheduler, several at once if several are called at once.
 *
 * <pre>{@code
 * vision.watch(picture -> picture.caption() == null ? Mood.calm : Mood.wild);
 * }</pre>
 *
 * <p>It may stand in a method's parameters, also within records, lists and maps, and nowhere else; one call hands over 16 384 at most.
 *
 * @param <A> as any type of a schema
 * @param <R> likewise
 */
@FunctionalInterface
public interface Callback<A extends @Nullable Object, R extends @Nullable Object> {
    /**
     * Calls it, and waits for its result when it lives in another process.
     *
     * @throws RpcException if it failed there, with its code ({@code failed} if it threw anything but an RpcException);
     *     {@code cancelled} if the call it came with is over or its caller wants nothing more, {@code unavailable} if the caller is
     *     gone or has too much to do, {@code deadline_exceeded} when the time of the call it came with is up
     */
    R call(A argument);
}
