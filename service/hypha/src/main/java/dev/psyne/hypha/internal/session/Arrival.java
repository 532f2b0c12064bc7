package dev.psyne.hypha.internal.session;

import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketListener;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its opening on: its first message makes it a session, and all others go there. A connection that
 * may not become one is told why, once, and closed.
 */
final class Arrival implements WebSocketListener {
    /** What clients of imjoy-rpc put into the query; hypha's put nothing there. */
    private static final List<String> OLD_PARAMETERS = List.of("workspace", "token", "client_id", "reconnection_token");

    private final WebSocketConnection socket;
    private final Sessions sessions;
    private final long openedNanos;
    private volatile boolean spoken;
    private volatile @Nullable ClientSession session;

    Arrival(WebSocketConnection socket, Sessions sessions) {
        this.socket = socket;
        this.sessions = sessions;
        this.openedNanos = sessions.nanoTime();
    }

    /** Refuses a client that says in the query who it is. */
    void requireNoQuery() {
        for (String name : OLD_PARAMETERS) {
            if (socket.request().query(name).isPresent()) {
                refuse("'" + name
                        + "' in the query is imjoy-rpc's way: hypha-rpc 0.20 or later sends it as first message");
                return;
            }
        }
    }

    @Override
    public void onText(String text) {
        ClientSession opened = session;
        if (opened != null) {
            opened.onText(text);
            return;
        }
        spoken = true;
        try {
            session = sessions.enter(text, socket);
            sessions.forget(this);
        } catch (RefusedException refused) {
            refuse("Failed to establish connection: " + refused.getMessage());
        }
    }

    @Override
    public boolean onBinaryAtOnce(MemorySegment frame) {
        ClientSession opened = session;
        return opened != null && opened.onBinaryAtOnce(frame);
    }

    @Override
    public void onBinary(MemorySegment frame) {
        ClientSession opened = session;
        if (opened == null) {
            refuse("The first message is text: client_id, workspace, token and reconnection_token as JSON");
        } else {
            opened.onBinary(frame);
        }
    }

    @Override
    public void onClose() {
        sessions.forget(this);
        ClientSession opened = session;
        if (opened != null) {
            opened.onClose();
        }
    }

    /** Closes a connection that says nothing. */
    void check(long nowNanos, long handshakeNanos) {
        if (!spoken && nowNanos - openedNanos > handshakeNanos) {
            refuse("No first message came within " + sessions.limits().handshakeSeconds() + " s");
        }
    }

    private void refuse(String reason) {
        sessions.forget(this);
        if (socket.isOpen()) {
            socket.sendText(sessions.error(reason));
            socket.close(WebSocketConnection.POLICY_VIOLATION, reason);
        }
    }
}
