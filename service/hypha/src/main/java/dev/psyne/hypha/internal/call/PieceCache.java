package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.rpc.BrokenFrameException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Messages that come in pieces, as {@code message_cache} of hypha's clients: created, filled in any order, then processed
 * as if they had come as one frame. Each belongs to the caller that created it, and is dropped when nothing comes.
 */
final class PieceCache {
    /** Pieces of one message. */
    static final int MAX_PIECES = 1 << 16;

    /** Unfinished messages of all callers. */
    static final int MAX_MESSAGES = 4_096;

    /** What keeping a piece costs beside its bytes. */
    private static final int PIECE_OVERHEAD_BYTES = 128;

    /** How long an unfinished message is kept when no piece comes. */
    static final Duration IDLE = Duration.ofMinutes(1);

    private record Key(String caller, String id) {}

    private static final class Message {
        private final Map<Integer, MemorySegment> pieces = new HashMap<>();
        private long bytes;
        private long heldBytes;
        private boolean dropped;
        private volatile long touchedNanos;
    }

    private final EndpointLimits limits;
    private final Map<Key, Message> messages = new ConcurrentHashMap<>();
    private final AtomicLong cachedBytes = new AtomicLong();

    PieceCache(EndpointLimits limits) {
        this.limits = limits;
    }

    void create(HyphaCall call, long now) {
        Key key = key(call);
        if (messages.size() >= MAX_MESSAGES) {
            throw new HyphaException(
                    "RuntimeError: " + MAX_MESSAGES + " messages are unfinished: wait for some to end");
        }
        if (messages.keySet().stream()
                        .filter(other -> other.caller().equals(key.caller()))
                        .count()
                >= limits.messagesOfCaller()) {
            throw new HyphaException("RuntimeError: " + limits.messagesOfCaller()
                    + " messages of this client are unfinished: wait for some to end");
        }
        Message message = new Message();
        message.touchedNanos = now;
        if (Boolean.TRUE.equals(call.argument(2, "overwrite"))) {
            drop(key);
        }
        if (messages.putIfAbsent(key, message) != null) {
            throw new HyphaException("Exception: Message with the same key (" + key.id()
                    + ") already exists in the cache store, please use overwrite=True or remove it first.");
        }
    }

    void append(HyphaCall call, long now) {
        Message message = message(key(call), now);
        synchronized (message) {
            put(message, message.pieces.size(), piece(call.argument(1, "data")));
        }
    }

    void set(HyphaCall call, long now) {
        Message message = message(key(call), now);
        if (!(call.argument(1, "index") instanceof Long index) || index < 0 || index >= MAX_PIECES) {
            throw new HyphaException("ValueError: the index of a piece is 0 to " + (MAX_PIECES - 1) + ", not "
                    + call.argument(1, "index"));
        }
        synchronized (message) {
            put(message, index.intValue(), piece(call.argument(2, "data")));
        }
    }

    void remove(HyphaCall call) {
        Key key = key(call);
        if (!drop(key)) {
            throw missing(key);
        }
    }

    /** Takes the message out and gives it as a frame, its sender as the router says. */
    Frame process(HyphaCall call) {
        Key key = key(call);
        Message message = messages.get(key);
        if (message == null) {
            throw missing(key);
        }
        byte[] bytes;
        synchronized (message) {
            bytes = join(key, message);
        }
        drop(key);
        try {
            Frame frame = Frame.read(bytes);
            for (String field : List.of("from", "to", "ws", "user")) {
                frame.main().put(field, call.context().get(field));
            }
            return frame;
        } catch (BrokenFrameException e) {
            throw new HyphaException("ValueError: the message " + key.id() + " cannot be read: " + e.reason(), e);
        }
    }

    /** Drops what a peer has not finished. */
    void peerLost(String address) {
        messages.keySet().stream().filter(key -> key.caller().equals(address)).forEach(this::drop);
    }

    /** Drops messages that nothing comes to. */
    void tick(long now) {
        messages.forEach((key, message) -> {
            if (now - message.touchedNanos > IDLE.toNanos()) {
                drop(key);
            }
        });
    }

    long cachedBytes() {
        return cachedBytes.get();
    }

    private void put(Message message, int index, MemorySegment piece) {
        MemorySegment before = message.pieces.get(index);
        long more = piece.byteSize() - (before == null ? 0 : before.byteSize());
        if (message.dropped || message.bytes + more > limits.messageBytes()) {
            throw new HyphaException("ValueError: a message in pieces has at most " + limits.messageBytes() + " bytes");
        }
        long held = heldBytes(piece) - (before == null ? 0 : heldBytes(before));
        if (cachedBytes.addAndGet(held) > limits.cacheBytes()) {
            cachedBytes.addAndGet(-held);
            throw new HyphaException("RuntimeError: the unfinished messages have " + limits.cacheBytes()
                    + " bytes: wait for some to end");
        }
        message.bytes += more;
        message.heldBytes += held;
        message.pieces.put(index, piece);
    }

    /** A piece is a view of the frame it came in, and keeps all of it. */
    private static long heldBytes(MemorySegment piece) {
        long frame = piece.heapBase().orElse(null) instanceof byte[] bytes ? bytes.length : piece.byteSize();
        return frame + PIECE_OVERHEAD_BYTES;
    }

    private static byte[] join(Key key, Message message) {
        if (message.dropped) {
            throw missing(key);
        }
        byte[] bytes = new byte[Math.toIntExact(message.bytes)];
        int end = 0;
        for (int index = 0; index < message.pieces.size(); index++) {
            MemorySegment piece = message.pieces.get(index);
            if (piece == null) {
                throw new HyphaException("ValueError: a message was processed before all its pieces had come");
            }
            int length = (int) piece.byteSize();
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, bytes, end, length);
            end += length;
        }
        return bytes;
    }

    private boolean drop(Key key) {
        Message message = messages.remove(key);
        if (message == null) {
            return false;
        }
        synchronized (message) {
            message.dropped = true;
            cachedBytes.addAndGet(-message.heldBytes);
            message.pieces.clear();
        }
        return true;
    }

    private Message message(Key key, long now) {
        Message message = messages.get(key);
        if (message == null) {
            throw missing(key);
        }
        message.touchedNanos = now;
        return message;
    }

    private static Key key(HyphaCall call) {
        return new Key(call.caller(), call.string(0, "key"));
    }

    private static MemorySegment piece(@Nullable Object data) {
        if (data instanceof MemorySegment piece) {
            return piece;
        }
        throw new HyphaException("TypeError: a piece of a message is bytes");
    }

    private static HyphaException missing(Key key) {
        return new HyphaException("KeyError: Message with key " + key.id() + " does not exists.");
    }
}
