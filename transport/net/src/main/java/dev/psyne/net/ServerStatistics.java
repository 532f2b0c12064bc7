package dev.psyne.net;

/**
 * A server's figures since its start.
 *
 * @param requests requests whose header was read, refused ones included
 * @param rejected requests refused for load, with 429 or 503, and connections beyond the bound
 * @param failures handlers and listeners that threw
 * @param openConnections connections open now, WebSockets included
 * @param openWebSockets WebSockets open now
 * @param runningRequests handlers running now
 * @param queuedRequests requests waiting for one to end
 * @param bytesIn bytes read from sockets
 * @param bytesOut bytes handed to sockets
 */
public record ServerStatistics(
        long requests,
        long rejected,
        long failures,
        int openConnections,
        int openWebSockets,
        int runningRequests,
        int queuedRequests,
        long bytesIn,
        long bytesOut) {}
