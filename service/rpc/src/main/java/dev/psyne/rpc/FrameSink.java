package dev.psyne.rpc;

/**
 * The sending side of one connection, given by its carrier. Several fibers call at once; each frame leaves whole, and
 * frames of one caller leave in the order of its calls.
 */
public interface FrameSink {
    /**
     * Sends one frame, waiting the fiber while the peer reads slower than the calls produce. If it throws, the
     * connection counts as closed and its calls are cancelled.
     *
     * @param frame belongs to the sink from here on
     */
    void send(byte[] frame);

    /**
     * Closes the connection because its peer broke the protocol.
     *
     * @param code a close code of RFC 6455, section 7.4.1
     * @param reason printable ASCII, at most 120 bytes
     */
    void close(int code, String reason);
}
