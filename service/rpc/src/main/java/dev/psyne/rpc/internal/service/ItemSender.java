package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.CallStream;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Pulls items and sends them while there is credit; its thread waits while there is none. */
final class ItemSender {
    private final Messages messages;
    private final ValueMessage type;
    private final boolean lends;
    private volatile @Nullable Thread waiting;

    /** {@code lends} if the items' receiver takes references. */
    ItemSender(Messages messages, ValueMessage type, boolean lends) {
        this.messages = messages;
        this.type = type;
        this.lends = lends;
    }

    /** Sends a caller's items as a job; what goes wrong fails the call. */
    static void start(
            Messages messages,
            ValueMessage type,
            boolean lends,
            Items<?> items,
            OutgoingCall call,
            PendingCall pending,
            Scheduler scheduler) {
        ItemSender sender = new ItemSender(messages, type, lends);
        pending.sends(sender);
        scheduler.spawn(() -> {
            try (items) {
                if (sender.send(items, call)) {
                    call.endInput();
                }
            } catch (OutOfMessageMemoryException full) {
                call.failInput(new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage())));
                pending.failed(new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage())));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                call.failInput(new Failure(Failure.CANCELLED, "the caller stopped sending"));
                pending.failed(new Failure(Failure.CANCELLED, "the sending of items was interrupted"));
            } catch (RuntimeException | Error failure) {
                String reason = failure instanceof RpcException told ? told.getMessage() : "the caller's items failed";
                call.failInput(new Failure(Failure.FAILED, reason));
                pending.failed(new Failure(Failure.FAILED, "the items to be sent failed: " + failure));
            }
        });
    }

    /** There may be credit now, or the stream is over. */
    void wake() {
        Thread sender = waiting;
        if (sender != null) {
            LockSupport.unpark(sender);
        }
    }

    /** Sends all; false if the stream was over before the items were. */
    boolean send(Items<?> items, CallStream stream) throws InterruptedException, OutOfMessageMemoryException {
        for (Object item = items.next(); item != null; item = items.next()) {
            if (!send(item, stream)) {
                return false;
            }
        }
        return !stream.isOver();
    }

    private boolean send(Object item, CallStream stream) throws InterruptedException, OutOfMessageMemoryException {
        MessageBuffer message = messages.message(lends, writer -> type.encode(item, writer));
        waiting = Thread.currentThread();
        try {
            while (!stream.trySend(message)) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    message.release();
                    throw new InterruptedException();
                }
            }
        } finally {
            waiting = null;
        }
        return !stream.isOver();
    }
}
