package dev.psyne.hypha;

/**
 * What clients may ask of a server.
 *
 * @param clients connected at once
 * @param handshakeSeconds from the opening of a WebSocket to the client's first message
 * @param idleSeconds without a message from a client, after which its connection is closed
 * @param clientFrameBytes largest frame that is sent to a client; unmodified Python clients cannot read more
 * @param pauseBytes waiting for one client, from which on nothing more is read from it
 * @param outboxBytes waiting for one client, beyond which it is closed
 * @param allOutboxBytes waiting for all clients, beyond which the one with the most is closed
 * @param stallSeconds a paused client may take to read something before it is closed
 * @param servicesPerClient registered at once
 * @param serviceBytes the largest description of a service
 * @param subscriptionsPerClient event types a client listens to
 */
public record HyphaLimits(
        int clients,
        int handshakeSeconds,
        int idleSeconds,
        int clientFrameBytes,
        int pauseBytes,
        int outboxBytes,
        long allOutboxBytes,
        int stallSeconds,
        int servicesPerClient,
        int serviceBytes,
        int subscriptionsPerClient) {
    private static final int MEBIBYTE = 1 << 20;

    /** Checks that each limit is at least 1 and that a client is paused before it is closed. */
    public HyphaLimits {
        long smallest = Math.min(
                Math.min(Math.min(clients, handshakeSeconds), Math.min(idleSeconds, clientFrameBytes)),
                Math.min(Math.min(pauseBytes, stallSeconds), Math.min(servicesPerClient, serviceBytes)));
        if (Math.min(smallest, subscriptionsPerClient) < 1) {
            throw new IllegalArgumentException("each limit must be at least 1: " + this);
        }
        if (pauseBytes > outboxBytes || outboxBytes > allOutboxBytes) {
            throw new IllegalArgumentException("pauseBytes " + pauseBytes + ", outboxBytes " + outboxBytes
                    + " and allOutboxBytes " + allOutboxBytes + " must not decrease");
        }
    }

    /** 20 000 clients; 32 MiB may wait for one of them, 256 MiB for all. */
    public static HyphaLimits standard() {
        return new HyphaLimits(
                20_000, 5, 600, 500_000, 8 * MEBIBYTE, 32 * MEBIBYTE, 256L * MEBIBYTE, 20, 1_000, 256 << 10, 256);
    }

    /** The same with other bounds of what waits for clients. */
    public HyphaLimits withOutbox(int pause, int one, long all, int stall) {
        return new HyphaLimits(
                clients,
                handshakeSeconds,
                idleSeconds,
                clientFrameBytes,
                pause,
                one,
                all,
                stall,
                servicesPerClient,
                serviceBytes,
                subscriptionsPerClient);
    }

    /** The same with other times. */
    public HyphaLimits withSeconds(int handshake, int idle) {
        return new HyphaLimits(
                clients,
                handshake,
                idle,
                clientFrameBytes,
                pauseBytes,
                outboxBytes,
                allOutboxBytes,
                stallSeconds,
                servicesPerClient,
                serviceBytes,
                subscriptionsPerClient);
    }
}
