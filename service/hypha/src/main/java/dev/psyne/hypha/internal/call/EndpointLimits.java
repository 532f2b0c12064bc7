package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaLimits;

/**
 * What one endpoint holds for its peers.
 *
 * @param pieceBytes bytes of one piece of a long message; a frame up to 1 KiB longer goes as it is
 * @param messageBytes bytes of a whole message in pieces, in or out
 * @param cacheBytes bytes of all unfinished messages
 * @param messagesOfCaller unfinished messages of one caller
 * @param callsInside calls of others that run here at once
 * @param callsOfCaller those of them that are one caller's
 * @param sessions sessions open at once: calls of ours, and results with methods or generators in them
 */
public record EndpointLimits(
        int pieceBytes,
        int messageBytes,
        long cacheBytes,
        int messagesOfCaller,
        int callsInside,
        int callsOfCaller,
        int sessions) {
    private static final int KIB = 1 << 10;

    /** As hypha's clients have it. */
    private static final int PIECE_BYTES = 256 * KIB;

    private static final int SESSIONS = 100_000;

    /** Those of a client that everybody it is connected to may fill. */
    public static EndpointLimits standard() {
        HyphaLimits limits = HyphaLimits.standard();
        return of(HyphaLimits.builder().callsPerClient(limits.allCalls()).build());
    }

    /** Those of a part of a server; its pieces leave room for addresses in a frame that a client can read. */
    public static EndpointLimits of(HyphaLimits limits) {
        return new EndpointLimits(
                Math.min(PIECE_BYTES, limits.clientFrameBytes() / 2),
                limits.messageBytes(),
                limits.allMessageBytes(),
                limits.messagesPerClient(),
                limits.allCalls(),
                limits.callsPerClient(),
                SESSIONS);
    }

    /** Refuses a limit that allows nothing. */
    public EndpointLimits {
        if (pieceBytes < KIB || messageBytes < pieceBytes || cacheBytes < messageBytes) {
            throw new IllegalArgumentException(
                    "a piece is at least 1024 bytes, a message a piece, the cache a message, not " + pieceBytes + ", "
                            + messageBytes + ", " + cacheBytes);
        }
        if (callsInside < 1 || callsOfCaller < 1 || sessions < 1 || messagesOfCaller < 1) {
            throw new IllegalArgumentException("a limit is at least 1, not " + callsInside + " calls, " + callsOfCaller
                    + " of one caller, " + sessions + " sessions, " + messagesOfCaller + " messages");
        }
    }
}
