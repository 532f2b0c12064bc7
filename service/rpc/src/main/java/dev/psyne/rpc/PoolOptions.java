package dev.psyne.rpc;

import java.time.Duration;

/**
 * How a client keeps its connections. Immutable.
 *
 * @param connections to each address
 * @param attempts at a call of a method that is {@link Idempotent}, in all
 * @param firstBackOff how long an address is left alone after a first try has failed; it doubles with each further one, and
 *     each time up to a half of it is left out by chance
 * @param longestBackOff where that ends
 * @param helloTimeout how long a node may take to say who it is
 */
public record PoolOptions(
        int connections, int attempts, Duration firstBackOff, Duration longestBackOff, Duration helloTimeout) {
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_ATTEMPTS = 100;
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Refuses what cannot work. */
    public PoolOptions {
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "an address has 1 to " + MAX_CONNECTIONS + " connections, not " + connections);
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("a call has 1 to " + MAX_ATTEMPTS + " attempts, not " + attempts);
        }
        if (!firstBackOff.isPositive()
                || longestBackOff.compareTo(firstBackOff) < 0
                || longestBackOff.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the back-off grows from more than 0 to at most " + LONGEST
                    + ", not from " + firstBackOff + " to " + longestBackOff);
        }
        if (!helloTimeout.isPositive() || helloTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a node has more than 0 and at most " + LONGEST + " to say who it is, not " + helloTimeout);
        }
    }

    /** One connection to each address, four attempts, a back-off from 50 ms to 5 s, 10 s to say hello. */
    public static PoolOptions standard() {
        return new PoolOptions(1, 4, Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    /** With so many connections to each address. */
    public PoolOptions withConnections(int other) {
        return new PoolOptions(other, attempts, firstBackOff, longestBackOff, helloTimeout);
    }

    /** With so many attempts at an idempotent call; with one, nothing is repeated. */
    public PoolOptions withAttempts(int other) {
        return new PoolOptions(connections, other, firstBackOff, longestBackOff, helloTimeout);
    }

    /** With another back-off. */
    public PoolOptions withBackOff(Duration first, Duration longest) {
        return new PoolOptions(connections, attempts, first, longest, helloTimeout);
    }

    /** With another time for a node to say who it is. */
    public PoolOptions withHelloTimeout(Duration other) {
        return new PoolOptions(connections, attempts, firstBackOff, longestBackOff, other);
    }
}
