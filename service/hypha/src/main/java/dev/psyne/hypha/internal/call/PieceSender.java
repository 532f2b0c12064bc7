package dev.psyne.hypha.internal.call;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends one long message in pieces, some of them at once, to the {@code message_cache} of its receiver. */
final class PieceSender {
    /** Pieces on their way at once, as hypha's clients. */
    static final int IN_FLIGHT = 30;

    private static final String CACHE = "services.built-in.message_cache.";

    private final Endpoint endpoint;
    private final String target;
    private final String id;
    private final MemorySegment message;
    private final int pieceBytes;
    private final int pieces;
    private final Runnable progress;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A message not sent yet.
     *
     * @param progress runs whenever a piece has arrived
     */
    PieceSender(Endpoint endpoint, String target, MemorySegment message, int pieceBytes, Runnable progress) {
        this.endpoint = endpoint;
        this.target = target;
        this.id = endpoint.sessions().newId();
        this.message = message;
        this.pieceBytes = pieceBytes;
        this.pieces = Math.toIntExact(Math.ceilDiv(message.byteSize(), (long) pieceBytes));
        this.progress = progress;
    }

    /** Sends it; the future is done when the receiver has begun to process it. */
    CompletableFuture<@Nullable Object> send() {
        CompletableFuture<@Nullable Object> sent = call("create", List.of(id, false))
                .thenCompose(_ -> sendPieces())
                .thenCompose(_ -> call("process", List.of(id, false)));
        return sent.whenComplete((_, failure) -> {
            if (failure != null) {
                CompletableFuture<@Nullable Object> _ = call("remove", List.of(id));
            }
        });
    }

    private CompletableFuture<Void> sendPieces() {
        List<CompletableFuture<?>> lanes = new ArrayList<>();
        for (int lane = 0; lane < Math.min(IN_FLIGHT, pieces); lane++) {
            lanes.add(sendNext());
        }
        return CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new));
    }

    /** Sends the next piece, and when it has arrived the one after. */
    private CompletableFuture<@Nullable Object> sendNext() {
        int index = next.getAndIncrement();
        if (index >= pieces) {
            return CompletableFuture.completedFuture(null);
        }
        long begin = (long) index * pieceBytes;
        MemorySegment piece = message.asSlice(begin, Math.min(pieceBytes, message.byteSize() - begin));
        return call("set", List.of(id, index, piece, false)).thenCompose(_ -> {
            progress.run();
            return sendNext();
        });
    }

    private CompletableFuture<@Nullable Object> call(String method, List<?> arguments) {
        return endpoint.call(target, CACHE + method, arguments, Map.of(), CallOptions.STANDARD);
    }
}
