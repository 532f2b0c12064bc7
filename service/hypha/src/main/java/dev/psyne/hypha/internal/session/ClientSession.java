package dev.psyne.hypha.internal.session;

import dev.psyne.hypha.internal.identity.TokenClaims;
import dev.psyne.hypha.internal.router.Lane;
import dev.psyne.hypha.internal.router.Membership;
import dev.psyne.hypha.internal.router.OutgoingFrame;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.net.WebSocketConnection;
import dev.psyne.rpc.BrokenFrameException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One connected client. Its messages come one at a time; frames for it come from any thread. While much waits for it
 * nothing more is read from it, and it is closed if it does not read for some seconds.
 */
public final class ClientSession implements Participant {
    private static final int MAX_TEXT_CHARACTERS = 4 << 10;
    private static final int POLICY_VIOLATION = WebSocketConnection.POLICY_VIOLATION;
    private static final String PONG = "{\"type\": \"pong\"}";

    private final Membership membership;
    private final WebSocketConnection socket;
    private final Sessions sessions;
    private final Outbox outbox;
    private volatile long heardNanos;
    private volatile long load;

    /** A count that may lose some: it tells the busy from the idle and nothing else. */
    private int delivered;

    private @Nullable TokenClaims reconnection;
    private long stalledSinceNanos;
    private long stalledBytes;

    ClientSession(Entrance.Entry entry, WebSocketConnection socket, Sessions sessions, Outbox outbox) {
        this.reconnection = entry.reconnection();
        this.socket = socket;
        this.sessions = sessions;
        this.outbox = outbox;
        this.heardNanos = sessions.nanoTime();
        this.membership =
                Membership.of(entry.address(), entry.user(), sessions.limits().subscriptionsPerClient(), heardNanos);
    }

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public void deliver(OutgoingFrame frame, Lane lane) {
        delivered++;
        outbox.add(frame, lane);
    }

    @Override
    public boolean takesAtOnce() {
        return outbox.hasRoom();
    }

    @Override
    public int maxFrameBytes() {
        return sessions.limits().clientFrameBytes();
    }

    @Override
    public long load() {
        return load + delivered;
    }

    @Override
    public void close(int code, String reason) {
        outbox.close();
        socket.close(code, reason);
    }

    /** Bytes that wait for it, in the server and in the socket. */
    @Override
    public long waitingBytes() {
        return outbox.waitingBytes() + socket.queuedBytes();
    }

    Outbox outbox() {
        return outbox;
    }

    /** On the event loop: routes a frame between two clients that keep up, which makes nobody wait. */
    boolean onBinaryAtOnce(MemorySegment frame) {
        if (reconnection != null || !outbox.hasRoom()) {
            return false;
        }
        try {
            if (!sessions.router().routeAtOnce(this, frame)) {
                return false;
            }
        } catch (BrokenFrameException broken) {
            close(broken.closeCode(), broken.reason());
        }
        heard();
        return true;
    }

    void onBinary(MemorySegment frame) {
        heard();
        outbox.awaitRoom();
        try {
            if (sessions.router().route(this, frame) instanceof ClientSession target) {
                target.outbox.awaitRoom();
            }
        } catch (BrokenFrameException broken) {
            close(broken.closeCode(), broken.reason());
        }
    }

    void onText(String text) {
        heard();
        if (text.length() > MAX_TEXT_CHARACTERS) {
            close(POLICY_VIOLATION, "a text message has at most " + MAX_TEXT_CHARACTERS + " characters");
            return;
        }
        switch (sessions.typeOf(text)) {
            case "ping" -> socket.sendText(PONG);
            case "refresh_token" -> socket.sendText(sessions.freshToken(this));
            default -> {}
        }
    }

    void onClose() {
        outbox.close();
        sessions.left(this, "the connection is closed");
    }

    /** The client speaks, so it has been told its next reconnection token, and the one it came with is used up. */
    private void heard() {
        heardNanos = sessions.nanoTime();
        TokenClaims used = reconnection;
        if (used != null) {
            reconnection = null;
            sessions.use(used);
        }
    }

    /** Closes a client that has been silent, or has read nothing of much that waits for it, for too long. */
    void check(long nowNanos, long idleNanos, long stallNanos) {
        if (nowNanos - heardNanos > idleNanos) {
            close(
                    POLICY_VIOLATION,
                    "nothing was heard from the client for " + sessions.limits().idleSeconds() + " s");
            return;
        }
        load = (load + delivered) / 2;
        delivered = 0;
        long waits = waitingBytes();
        boolean paused = waits > sessions.limits().pauseBytes();
        if (!paused || stalledBytes == 0 || waits < stalledBytes) {
            stalledBytes = paused ? waits : 0;
            stalledSinceNanos = nowNanos;
        } else if (nowNanos - stalledSinceNanos > stallNanos) {
            outbox.overflow(waits + " bytes wait for it, and it read none for "
                    + sessions.limits().stallSeconds() + " s");
        }
    }
}
