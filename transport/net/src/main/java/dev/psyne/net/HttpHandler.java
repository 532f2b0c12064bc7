package dev.psyne.net;

/**
 * Answers one request. Runs as a job on the server's scheduler, never on an event loop, so it may wait; several calls run at
 * once. A handler answers with {@link HttpExchange#respond}, {@link HttpExchange#eventStream} or {@link
 * HttpExchange#byteStream} before it returns. An {@link HttpException} becomes the answer it describes; anything else that
 * is thrown, and a return without an answer, becomes 500 without a word about the inside.
 */
@FunctionalInterface
public interface HttpHandler {
    void handle(HttpExchange exchange) throws Exception;
}
