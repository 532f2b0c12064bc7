package dev.psyne.rpc.internal.service;

/**
 * What one attempt at a call may take, and where it begins.
 *
 * @param timeoutMillis how long the caller waits for a result; 0 without an end
 * @param resume how many items of the result the caller has had from an earlier attempt
 */
public record CallTerms(long timeoutMillis, long resume) {
    /** The most items that a call can leave out. */
    public static final long MAX_RESUME = 0xFFFF_FFFFL;
}
