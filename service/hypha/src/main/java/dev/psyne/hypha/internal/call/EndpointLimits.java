package dev.psyne.hypha.internal.call;

/**
 * What one endpoint holds for its peers.
 *
 * @param pieceBytes bytes of one piece of a long message; a frame up to 1 KiB longer goes as it is
 * @param messageBytes bytes of a whole message in pieces, in or out
 * @param cacheBytes bytes of all unfinished messages
 * @param callsInside calls of others that run here at once
 * @param sessions sessions open at once: calls of ours, and results with methods or generators in them
 */
public record EndpointLimits(int pieceBytes, int messageBytes, long cacheBytes, int callsInside, int sessions) {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** As hypha's clients: pieces of 256 KiB. */
    public static EndpointLimits standard() {
        return new EndpointLimits(256 * KIB, 256 * MIB, 512L * MIB, 10_000, 100_000);
    }

    /** Refuses a limit that allows nothing. */
    public EndpointLimits {
        if (pieceBytes < KIB || messageBytes < pieceBytes || cacheBytes < messageBytes) {
            throw new IllegalArgumentException(
                    "a piece is at least 1024 bytes, a message a piece, the cache a message, not " + pieceBytes + ", "
                            + messageBytes + ", " + cacheBytes);
        }
        if (callsInside < 1 || sessions < 1) {
            throw new IllegalArgumentException(
                    "a limit is at least 1, not " + callsInside + " calls, " + sessions + " sessions");
        }
    }
}
