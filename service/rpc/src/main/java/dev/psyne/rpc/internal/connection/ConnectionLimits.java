package dev.psyne.rpc.internal.connection;

/**
 * What one connection may hold.
 *
 * @param messageBytes of one message
 * @param pieceBytes of one frame's payload
 * @param memoryBytes of messages that have come and are in use
 * @param waitingBytes that wait to be sent; beyond it calls are refused
 * @param calls under way, in each direction
 * @param services bound, and offered
 * @param idleSeconds of silence before the peer is asked whether it is there; after twice as many it is given up
 */
public record ConnectionLimits(
        int messageBytes,
        int pieceBytes,
        long memoryBytes,
        long waitingBytes,
        int calls,
        int services,
        int idleSeconds) {
    private static final int MEBIBYTE = 1 << 20;

    /** Of the protocol's page. */
    public static ConnectionLimits standard() {
        return new ConnectionLimits(64 * MEBIBYTE, 64 << 10, 256L * MEBIBYTE, 64L * MEBIBYTE, 4_096, 1_024, 20);
    }

    /** Refuses what cannot work. */
    public ConnectionLimits {
        if (pieceBytes < 1 << 10 || messageBytes < pieceBytes || memoryBytes < messageBytes) {
            throw new IllegalArgumentException(
                    "a piece has at least 1024 bytes, a message at least those of a piece, the memory"
                            + " those of a message; not " + pieceBytes + ", " + messageBytes + " and " + memoryBytes);
        }
        if (calls < 1 || services < 1 || idleSeconds < 1 || waitingBytes < 1) {
            throw new IllegalArgumentException("calls, services, seconds and waiting bytes are at least 1, not " + calls
                    + ", " + services + ", " + idleSeconds + " and " + waitingBytes);
        }
    }
}
