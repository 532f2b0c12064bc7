package dev.psyne.hypha.internal.http;

import org.jspecify.annotations.Nullable;

/** Lets the senders of HTTP requests in, each for the time of its request. Any thread may call. */
@FunctionalInterface
public interface Guests {
    /**
     * Joins whoever holds a token to its workspace, or somebody unknown to one of their own where they see what is public.
     *
     * @throws dev.psyne.hypha.HyphaException of kind {@code PermissionError} if the token is not valid, or is wanted
     */
    Guest admit(@Nullable String token);
}
