package dev.psyne.net;

/**
 * Every bound of a server. Bytes of request bodies and WebSocket messages are also taken from the server's byte budget, so
 * that many requests below these bounds still cannot exhaust the memory.
 *
 * @param maxBodyBytes the largest request body; a larger one is answered with 413 before it is read
 * @param maxHeaderBytes the largest sum of all header lines of a request, beyond it 431
 * @param maxConnections connections open at once, beyond it 503 and the connection ends
 * @param maxConcurrentRequests handlers running at once
 * @param maxQueuedRequests requests waiting for a handler to end, beyond it 429 with Retry-After
 * @param maxFrameBytes the largest WebSocket message, in one frame or in fragments; beyond it the socket closes with 1009
 * @param headerSeconds time from the first byte of a request to the end of its header (and of the TLS handshake)
 * @param bodySeconds time from the end of the header to the end of the body
 * @param idleSeconds time a connection may stay without a request, a WebSocket without any sign of its peer, and a response
 *     without the client reading any of it
 */
public record HttpLimits(
        long maxBodyBytes,
        int maxHeaderBytes,
        int maxConnections,
        int maxConcurrentRequests,
        int maxQueuedRequests,
        int maxFrameBytes,
        int headerSeconds,
        int bodySeconds,
        int idleSeconds) {

    private static final int MEBIBYTE = 1 << 20;
    private static final int MESSAGE_OVERHEAD_BYTES = 64 << 10;

    public HttpLimits {
        requirePositive("maxBodyBytes", maxBodyBytes);
        requirePositive("maxHeaderBytes", maxHeaderBytes);
        requirePositive("maxConnections", maxConnections);
        requirePositive("maxConcurrentRequests", maxConcurrentRequests);
        requirePositive("maxFrameBytes", maxFrameBytes);
        requirePositive("headerSeconds", headerSeconds);
        requirePositive("bodySeconds", bodySeconds);
        requirePositive("idleSeconds", idleSeconds);
        if (maxQueuedRequests < 0) {
            throw new IllegalArgumentException("maxQueuedRequests must not be negative: " + maxQueuedRequests);
        }
    }

    /** The bounds of a node on a desk: bodies and messages of 20 MiB, 64 requests at work and 64 waiting. */
    public static HttpLimits standard() {
        return new HttpLimits(
                20L * MEBIBYTE, 16 << 10, 512, 64, 64, 20 * MEBIBYTE + MESSAGE_OVERHEAD_BYTES, 10, 60, 60);
    }

    public HttpLimits withMaxBodyBytes(long bytes) {
        return new HttpLimits(
                bytes,
                maxHeaderBytes,
                maxConnections,
                maxConcurrentRequests,
                maxQueuedRequests,
                maxFrameBytes,
                headerSeconds,
                bodySeconds,
                idleSeconds);
    }

    public HttpLimits withMaxHeaderBytes(int bytes) {
        return new HttpLimits(
                maxBodyBytes,
                bytes,
                maxConnections,
                maxConcurrentRequests,
                maxQueuedRequests,
                maxFrameBytes,
                headerSeconds,
                bodySeconds,
                idleSeconds);
    }

    public HttpLimits withMaxConnections(int connections) {
        return new HttpLimits(
                maxBodyBytes,
                maxHeaderBytes,
                connections,
                maxConcurrentRequests,
                maxQueuedRequests,
                maxFrameBytes,
                headerSeconds,
                bodySeconds,
                idleSeconds);
    }

    public HttpLimits withRequests(int concurrent, int queued) {
        return new HttpLimits(
                maxBodyBytes,
                maxHeaderBytes,
                maxConnections,
                concurrent,
                queued,
                maxFrameBytes,
                headerSeconds,
                bodySeconds,
                idleSeconds);
    }

    public HttpLimits withMaxFrameBytes(int bytes) {
        return new HttpLimits(
                maxBodyBytes,
                maxHeaderBytes,
                maxConnections,
                maxConcurrentRequests,
                maxQueuedRequests,
                bytes,
                headerSeconds,
                bodySeconds,
                idleSeconds);
    }

    public HttpLimits withSeconds(int header, int body, int idle) {
        return new HttpLimits(
                maxBodyBytes,
                maxHeaderBytes,
                maxConnections,
                maxConcurrentRequests,
                maxQueuedRequests,
                maxFrameBytes,
                header,
                body,
                idle);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
