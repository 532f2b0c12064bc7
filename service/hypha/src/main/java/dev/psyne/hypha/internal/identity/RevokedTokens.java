package dev.psyne.hypha.internal.identity;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens that are worth nothing any more although they have not expired. Of those that somebody revoked none is ever
 * forgotten: when there are too many, no more can be revoked. Of used reconnection tokens the oldest are forgotten: a
 * crowd that reconnects must not lock the others out.
 */
final class RevokedTokens {
    /** Revoked tokens remembered at once, and as many used ones; some 150 bytes each. */
    static final int MAX_TOKENS = 100_000;

    private static final int SWEEP_EVERY = 1_000;

    private final InstantSource clock;
    private final Map<String, Long> expiryOfRevoked = new HashMap<>();
    private final Map<String, Long> expiryOfUsed = new LinkedHashMap<>();
    private int untilSweep = SWEEP_EVERY;

    RevokedTokens(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean contains(String id) {
        return expiryOfRevoked.containsKey(id) || expiryOfUsed.containsKey(id);
    }

    /**
     * Remembers a token that somebody revoked until it expires; false if it was remembered already.
     *
     * @throws TokenException if too many are remembered
     */
    synchronized boolean revoke(String id, long expiresAt) {
        sweep(expiryOfRevoked.size() >= MAX_TOKENS);
        if (expiryOfRevoked.size() >= MAX_TOKENS) {
            throw new TokenException(
                    "There are " + MAX_TOKENS + " revoked tokens, which is the limit: try again later");
        }
        return expiryOfRevoked.putIfAbsent(id, expiresAt) == null;
    }

    /** Remembers a used token until it expires; false if it was remembered already. */
    synchronized boolean use(String id, long expiresAt) {
        if (expiryOfUsed.containsKey(id)) {
            return false;
        }
        sweep(expiryOfUsed.size() >= MAX_TOKENS);
        if (expiryOfUsed.size() >= MAX_TOKENS) {
            expiryOfUsed.remove(expiryOfUsed.keySet().iterator().next());
        }
        expiryOfUsed.put(id, expiresAt);
        return true;
    }

    private void sweep(boolean full) {
        untilSweep--;
        if (untilSweep <= 0 || (full && untilSweep < SWEEP_EVERY / 2)) {
            untilSweep = SWEEP_EVERY;
            long now = clock.instant().getEpochSecond();
            expiryOfRevoked.values().removeIf(expiry -> expiry <= now);
            expiryOfUsed.values().removeIf(expiry -> expiry <= now);
        }
    }
}
