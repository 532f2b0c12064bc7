package dev.psyne.rpc;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a process takes part in calls. Immutable.
 *
 * @param name how it calls itself, for people
 * @param token what a client must show, or shows; null without one
 * @param timeout how long a call may take; zero without an end. A stream of results has none: its reader closes it
 * @param messageBytes of the longest message
 * @param pool how a client keeps its connections
 * @param sharedMemory with peers on this machine
 */
public record RpcOptions(
        String name,
        @Nullable String token,
        Duration timeout,
        int messageBytes,
        PoolOptions pool,
        SharedMemory sharedMemory) {
    private static final int MESSAGE_BYTES = 64 << 20;
    private static final int MIN_MESSAGE_BYTES = 64 << 10;

    /** Refuses what cannot work. */
    public RpcOptions {
        Objects.requireNonNull(name);
        Objects.requireNonNull(pool);
        Objects.requireNonNull(sharedMemory);
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout is " + timeout + "; it must be zero or more");
        }
        if (messageBytes < MIN_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "a message may have " + messageBytes + " bytes; it must be " + MIN_MESSAGE_BYTES + " or more");
        }
    }

    /** The name {@code psyne}, no token, 30 s for a call, messages of 64 MiB, memory shared as is standard. */
    public static RpcOptions standard() {
        return new RpcOptions(
                "psyne", null, Duration.ofSeconds(30), MESSAGE_BYTES, PoolOptions.standard(), SharedMemory.standard());
    }

    /** With another name. */
    public RpcOptions named(String other) {
        return new RpcOptions(other, token, timeout, messageBytes, pool, sharedMemory);
    }

    /** With a token. */
    public RpcOptions withToken(String secret) {
        return new RpcOptions(name, secret, timeout, messageBytes, pool, sharedMemory);
    }

    /** With another time for a call; zero without an end. */
    public RpcOptions withTimeout(Duration other) {
        return new RpcOptions(name, token, other, messageBytes, pool, sharedMemory);
    }

    /** With other ways to keep a client's connections. */
    public RpcOptions withPool(PoolOptions other) {
        return new RpcOptions(name, token, timeout, messageBytes, other, sharedMemory);
    }

    /** With memory shared in another way. */
    public RpcOptions withSharedMemory(SharedMemory other) {
        return new RpcOptions(name, token, timeout, messageBytes, pool, other);
    }
}
