package dev.psyne.rpc;

/**
 * What one connection may ask for.
 *
 * @param frameBytes largest frame in bytes, in either direction
 * @param callsPerConnection calls whose jobs have not ended, cancelled ones included
 * @param creditPerCall items granted to a call and not yet used
 */
public record RpcLimits(int frameBytes, int callsPerConnection, int creditPerCall) {
    private static final int STANDARD_FRAME_BYTES = 20 << 20;
    private static final int STANDARD_CALLS = 32;
    private static final int STANDARD_CREDIT = 1 << 16;

    /** Checks that each limit is at least 1. */
    public RpcLimits {
        if (frameBytes < 1 || callsPerConnection < 1 || creditPerCall < 1) {
            throw new IllegalArgumentException("each limit must be at least 1, not frameBytes " + frameBytes
                    + ", callsPerConnection " + callsPerConnection + ", creditPerCall " + creditPerCall);
        }
    }

    /** 20 MiB a frame, 32 calls, 65 536 items of credit. */
    public static RpcLimits standard() {
        return new RpcLimits(STANDARD_FRAME_BYTES, STANDARD_CALLS, STANDARD_CREDIT);
    }
}
