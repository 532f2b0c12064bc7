package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.CallerEvents;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A call whose result is waited for, or whose items are read. */
final class PendingCall implements CallerEvents, BooleanSupplier {
    private final Messages messages;
    private final MethodContract method;
    private final Thread caller = Thread.currentThread();
    private final @Nullable ReceivedItems output;
    private volatile @Nullable ItemSender input;
    private volatile boolean done;
    private @Nullable Object result;
    private @Nullable Failure failure;

    /** {@code output} takes the items if the method streams some. */
    PendingCall(Messages messages, MethodContract method, @Nullable ReceivedItems output) {
        this.messages = messages;
        this.method = method;
        this.output = output;
    }

    /** Who sends the caller's items. */
    void sends(ItemSender sender) {
        input = sender;
    }

    /** Whether the result is there. */
    @Override
    public boolean getAsBoolean() {
        return done;
    }

    /** What came of it; null for a method without a result. */
    @Nullable
    Object result() {
        if (failure != null) {
            throw new RpcException(failure.code(), failure.message());
        }
        return result;
    }

    @Override
    public void item(ReceivedMessage item) {
        if (output != null) {
            output.item(item);
        }
    }

    @Override
    public void credit(long bytes) {
        wake();
    }

    private void wake() {
        ItemSender sender = input;
        if (sender != null) {
            sender.wake();
        }
    }

    @Override
    public void ended(ReceivedMessage message) {
        if (output != null) {
            output.end();
        } else {
            read(message);
        }
        finish();
    }

    @Override
    public void failed(Failure reason) {
        failure = reason;
        if (output != null) {
            output.fail(reason);
        }
        finish();
    }

    private void finish() {
        done = true;
        if (Thread.currentThread() != caller) {
            LockSupport.unpark(caller);
        }
        wake();
    }

    private void read(ReceivedMessage message) {
        ValueMessage type = method.output();
        if (type == null) {
            return;
        }
        try {
            MemorySegment small = type.isInPlace() ? messages.small(message.payload(), 0) : null;
            if (small == null && type.isInPlace()) {
                // Nobody says when the caller has looked at it for the last time: the garbage collector finds out.
                MessageBuffer kept = message.keep();
                kept.disown();
                result = messages.read(kept.segment().asReadOnly(), type::decode);
            } else {
                result = messages.read(small == null ? message.payload() : small, type::decode);
            }
        } catch (BrokenMessageException broken) {
            failure = new Failure(
                    Failure.INVALID_ARGUMENT, "the result of " + method.name() + ": " + broken.getMessage());
        } catch (OutOfMessageMemoryException full) {
            failure = new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage()));
        }
    }
}
