package dev.psyne.hypha.internal.wire;

/**
 * Where a participant's frames go: the router, or a connection to one. Called from many threads at once; it neither
 * blocks for long nor fails for a peer that is gone.
 */
@FunctionalInterface
public interface FrameSink {
    /**
     * Takes one frame, which nobody changes any more.
     *
     * @throws IllegalStateException if the connection is closed; the call that sends it fails with this
     */
    void send(Frame frame);
}
