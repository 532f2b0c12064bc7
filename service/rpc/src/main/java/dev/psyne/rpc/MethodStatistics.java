package dev.psyne.rpc;

import java.util.Map;

/**
 * What the calls of one method have been so far, on one side. Figures of one method are read one after the other while calls go
 * on: the last call may be in one and not yet in another.
 *
 * @param side which of its ends this process is
 * @param service its name: the interface's, or the one it was found by if it was called without one
 * @param method its name in the schema
 * @param calls that are over, well or not
 * @param errors how many of them failed, by code; from the 33rd code on together as {@code other}
 * @param bytesIn of messages that came: arguments or results, and items, without the frames around them
 * @param bytesOut of messages that left
 * @param p50Nanos half of the calls took no longer, from the first byte's leaving or the arguments' arrival to the end of the result
 *     or of the stream; as the other two 0 if there were none, and up to 6.25 % too large
 * @param p99Nanos 99 % of them
 * @param p999Nanos 99.9 % of them
 */
public record MethodStatistics(
        Side side,
        String service,
        String method,
        long calls,
        Map<String, Long> errors,
        long bytesIn,
        long bytesOut,
        long p50Nanos,
        long p99Nanos,
        long p999Nanos) {
    /** An end of a call. */
    public enum Side {
        /** This process calls. */
        CALLED,
        /** This process is called. */
        SERVED
    }

    public MethodStatistics {
        errors = Map.copyOf(errors);
    }
}
