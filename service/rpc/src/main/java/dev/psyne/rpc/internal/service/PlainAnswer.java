package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.CallerEvents;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What comes of a call with plain values. */
final class PlainAnswer implements CallerEvents {
    private final Messages messages;
    private final @Nullable ValueMessage type;
    private final @Nullable ReceivedItems items;
    private final String called;
    private final CompletableFuture<Optional<Object>> result = new CompletableFuture<>();
    private volatile @Nullable ItemSender input;

    /**
     * The answer of a call that is about to be made.
     *
     * @param type of the result; null if there is none
     * @param items take what the callee streams; null if it streams nothing
     * @param called service and method, for people
     */
    PlainAnswer(Messages messages, @Nullable ValueMessage type, @Nullable ReceivedItems items, String called) {
        this.messages = messages;
        this.type = type;
        this.items = items;
        this.called = called;
    }

    /** Who sends the caller's items. */
    void sends(ItemSender sender) {
        input = sender;
    }

    /** Waits for the result; null if the method gives none. */
    @Nullable
    Object await(OutgoingCall call, long timeoutMillis) {
        boolean ended = false;
        try {
            Optional<Object> given =
                    timeoutMillis == 0 ? result.get() : result.get(timeoutMillis, TimeUnit.MILLISECONDS);
            ended = true;
            return given.orElse(null);
        } catch (ExecutionException failed) {
            ended = true;
            throw failed.getCause() instanceof RpcException told ? told : new IllegalStateException(failed);
        } catch (TimeoutException late) {
            throw new RpcException(Failure.DEADLINE_EXCEEDED, called + " was not answered in " + timeoutMillis + " ms");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RpcException(Failure.CANCELLED, "the thread was interrupted while it waited for " + called);
        } finally {
            if (!ended) {
                call.cancel();
            }
        }
    }

    @Override
    public void item(ReceivedMessage item) {
        if (items != null) {
            items.item(item);
        }
    }

    @Override
    public void credit(long bytes) {
        wake();
    }

    @Override
    public void ended(ReceivedMessage message) {
        if (items != null) {
            items.end();
            result.complete(Optional.empty());
        } else if (type == null) {
            result.complete(Optional.empty());
        } else {
            read(message, type);
        }
        wake();
    }

    @Override
    public void failed(Failure reason) {
        if (items != null) {
            items.fail(reason);
        }
        result.completeExceptionally(new RpcException(reason.code(), reason.message()));
        wake();
    }

    private void read(ReceivedMessage message, ValueMessage of) {
        try {
            MessageBuffer kept = message.keep();
            // Nobody says when the caller has looked at it for the last time: the garbage collector finds out.
            kept.disown();
            result.complete(Optional.ofNullable(messages.read(kept.segment().asReadOnly(), of::decode)));
        } catch (BrokenMessageException broken) {
            failed(new Failure(Failure.INVALID_ARGUMENT, "the result of " + called + ": " + broken.getMessage()));
        } catch (OutOfMessageMemoryException full) {
            failed(new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage())));
        }
    }

    private void wake() {
        ItemSender sender = input;
        if (sender != null) {
            sender.wake();
        }
    }
}
