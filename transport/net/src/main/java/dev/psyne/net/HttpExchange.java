package dev.psyne.net;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * One request and its one answer. Belongs to the job that handles it; the server has checked the host, the origin, the
 * token, the path and the size before the handler sees it.
 */
public interface HttpExchange extends HttpHead {
    /** The method as sent. A {@code HEAD} request reaches the handler of {@code GET}, and its answer loses its body. */
    @Override
    String method();

    /** The whole body, read-only and empty if there is none. Valid until the handler returns, on any thread. */
    MemorySegment body();

    /**
     * Answers and returns at once; a peer that has gone makes no difference. {@code Cache-Control} is {@code no-store} unless
     * given. The array belongs to the server from here on.
     *
     * @throws IllegalStateException if this exchange has an answer already
     * @throws IllegalArgumentException for a status outside 200 to 599 or a header that cannot be sent
     */
    void respond(int status, String contentType, byte[] body, Map<String, String> headers);

    default void respond(int status, String contentType, byte[] body) {
        respond(status, contentType, body, Map.of());
    }

    /**
     * Answers with a stream of server-sent events, whose header goes out at once. It ends when the handler returns.
     *
     * @throws IllegalStateException if this exchange has an answer already
     */
    EventStream eventStream();

    /**
     * Answers with a body that is sent as it comes into being; the header goes out at once. It ends when the handler returns.
     *
     * @throws IllegalStateException if this exchange has an answer already
     * @throws IllegalArgumentException for a status outside 200 to 599 or a header that cannot be sent
     */
    ByteStream byteStream(int status, String contentType, Map<String, String> headers);

    /**
     * Runs {@code action} once if the peer closes the connection before the handler is done: at once if it has already, else
     * on the event loop the moment it happens, so the action must be short and must not wait. A peer that only ends its
     * sending side counts as gone.
     */
    void onDisconnect(Runnable action);
}
