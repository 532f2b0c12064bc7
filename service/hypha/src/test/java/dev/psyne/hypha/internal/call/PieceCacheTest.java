package dev.psyne.hypha.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.internal.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PieceCacheTest {
    private final PieceCache cache = new PieceCache(new EndpointLimits(1_024, 4_096, 8_192, 3, 10, 10, 10));

    @Test
    void piecesInAnyOrderBecomeAFrameOfWhoSentThem() {
        byte[] frame = new Frame(Map.of("type", "method", "from", "forged/one"), Frame.NO_EXTRA).toBytes();
        cache.create(call("ws/a", "m"), 0);
        cache.set(call("ws/a", "m", 1L, MemorySegment.ofArray(Arrays.copyOfRange(frame, 10, frame.length))), 0);
        refused(() -> cache.process(call("ws/a", "m")), "before all its pieces");
        cache.set(call("ws/a", "m", 0L, MemorySegment.ofArray(Arrays.copyOf(frame, 10))), 0);
        Frame whole = cache.process(call("ws/a", "m"));
        assertEquals("ws/a", whole.from());
        assertEquals("method", whole.type());
        assertEquals(0, cache.cachedBytes());
        refused(() -> cache.process(call("ws/a", "m")), "does not exists");
    }

    @Test
    void aMessageBelongsToItsCaller() {
        cache.create(call("ws/a", "m"), 0);
        refused(() -> cache.set(call("ws/b", "m", 0L, piece(1)), 0), "does not exists");
        refused(() -> cache.remove(call("ws/b", "m")), "does not exists");
        refused(() -> cache.create(call("ws/a", "m"), 0), "already exists");
        cache.remove(call("ws/a", "m"));
    }

    @Test
    void allOfItIsBounded() {
        cache.create(call("ws/a", "m"), 0);
        refused(() -> cache.set(call("ws/a", "m", -1L, piece(1)), 0), "index of a piece");
        refused(() -> cache.set(call("ws/a", "m", 65_536L, piece(1)), 0), "index of a piece");
        refused(() -> cache.set(call("ws/a", "m", "0", piece(1)), 0), "index of a piece");
        refused(() -> cache.append(call("ws/a", "m", "text"), 0), "is bytes");
        refused(() -> cache.append(call("ws/a", "m", piece(4_097)), 0), "at most 4096 bytes");
        cache.append(call("ws/a", "m", piece(4_096)), 0);
        refused(() -> cache.append(call("ws/a", "m", piece(1)), 0), "at most 4096 bytes");
        cache.create(call("ws/b", "m"), 0);
        refused(() -> cache.append(call("ws/b", "m", piece(4_096)), 0), "unfinished messages have 8192 bytes");
        MemorySegment view = MemorySegment.ofArray(new byte[8_192]).asSlice(0, 1);
        refused(() -> cache.append(call("ws/b", "m", view), 0), "unfinished messages have 8192 bytes");
        cache.append(call("ws/b", "m", piece(3_000)), 0);
        for (int i = 0; i < 2; i++) {
            cache.create(call("ws/a", "more" + i), 0);
        }
        refused(() -> cache.create(call("ws/a", "one more"), 0), "3 messages of this client are unfinished");
    }

    @Test
    void whatNobodyFinishesIsDropped() {
        cache.create(call("ws/a", "old"), 0);
        cache.append(call("ws/a", "old", piece(100)), 0);
        cache.create(call("ws/b", "gone"), 0);
        cache.append(call("ws/b", "gone", piece(100)), 0);
        cache.peerLost("ws/b");
        cache.create(call("ws/c", "new"), PieceCache.IDLE.toNanos());
        cache.tick(PieceCache.IDLE.toNanos() + 1);
        assertEquals(0, cache.cachedBytes());
        refused(() -> cache.process(call("ws/a", "old")), "does not exists");
        cache.remove(call("ws/c", "new"));
    }

    private static void refused(Runnable action, String words) {
        String message =
                String.valueOf(assertThrows(HyphaException.class, action::run).getMessage());
        assertTrue(message.contains(words), message);
    }

    private static MemorySegment piece(int bytes) {
        return MemorySegment.ofArray(new byte[bytes]);
    }

    private static HyphaCall call(String caller, Object... arguments) {
        Map<String, @Nullable Object> context = new LinkedHashMap<>();
        context.put("from", caller);
        context.put("to", "ws/here");
        context.put("ws", "ws");
        return new HyphaCall() {
            @Override
            public List<@Nullable Object> arguments() {
                return List.of(arguments);
            }

            @Override
            public Map<String, @Nullable Object> keywords() {
                return Map.of();
            }

            @Override
            public Map<String, @Nullable Object> context() {
                return context;
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }
}
