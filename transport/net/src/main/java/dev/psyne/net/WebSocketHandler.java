package dev.psyne.net;

/**
 * Opens WebSockets of one path. {@code open} runs as a job on the scheduler, once for each connection and before any of its
 * messages; if it throws, the connection closes with 1011.
 */
@FunctionalInterface
public interface WebSocketHandler {
    WebSocketListener open(WebSocketConnection connection);
}
