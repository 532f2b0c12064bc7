package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/** Answers one request. */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Called once for each request, in order, on the thread that polls or receives. It is to send its reply before it
     * returns. If it throws, or returns without one, the requester gets a {@link RequestFailedException} that says so, and
     * an exception reaches the caller of poll or receive as well.
     *
     * @param request the bytes as the requester wrote them, read-only, aligned to 8 bytes; its memory belongs to the ring and
     *     carries another request once the handler has returned
     * @param reply for this request alone, until the handler has returned
     */
    void onRequest(MemorySegment request, Reply reply) throws InterruptedException;

    /** Called instead of {@link #onRequest} for a request that a replier which died may have handled, and answered, already. */
    default void onRedelivered(MemorySegment request, Reply reply) throws InterruptedException {
        onRequest(request, reply);
    }
}
