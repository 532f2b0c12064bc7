package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.connection.CallerEvents;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A call whose result is waited for, or whose items are read. */
final class PendingCall implements CallerEvents, BooleanSupplier {
    private final Messages messages;
    private final String name;
    private final @Nullable ValueMessage type;
    private final Thread caller = Thread.currentThread();
    private final @Nullable ReceivedItems output;
    private final @Nullable LentCallbacks callbacks;
    private @Nullable MethodMeter meter;
    private volatile @Nullable ItemSender input;
    private volatile boolean streaming;
    private volatile boolean done;
    private @Nullable Object result;
    private @Nullable Failure failure;

    /**
     * A call that is about to be made by this thread.
     *
     * @param name for a person
     * @param type of the result; null without one
     * @param output takes the items if the method streams some
     * @param callbacks that it hands over
     */
    PendingCall(
            Messages messages,
            String name,
            @Nullable ValueMessage type,
            @Nullable ReceivedItems output,
            @Nullable LentCallbacks callbacks) {
        this(messages, name, type, output, callbacks, output != null);
    }

    private PendingCall(
            Messages messages,
            String name,
            @Nullable ValueMessage type,
            @Nullable ReceivedItems output,
            @Nullable LentCallbacks callbacks,
            boolean streaming) {
        this.streaming = streaming;
        this.messages = messages;
        this.name = name;
        this.type = type;
        this.output = output;
        this.callbacks = callbacks;
    }

    /** A call of a method that may give a value or items: the first thing that comes says which. */
    static PendingCall ofUnknownKind(
            Messages messages, String name, ValueMessage type, ReceivedItems output, LentCallbacks callbacks) {
        return new PendingCall(messages, name, type, output, callbacks, false);
    }

    /** Counts it; to be said before it is made. */
    void countedBy(MethodMeter by) {
        meter = by;
    }

    @Override
    public @Nullable MethodMeter meter() {
        return meter;
    }

    /** Whether items come. */
    boolean isStreaming() {
        return streaming;
    }

    /** What its arguments stand for things outside of them with. */
    MessageReferences references() {
        return callbacks == null ? messages.references() : callbacks;
    }

    /** Who sends the caller's items. */
    void sends(ItemSender sender) {
        input = sender;
    }

    /** Whether the result is there, or the first item. */
    @Override
    public boolean getAsBoolean() {
        return done || streaming;
    }

    /** What came of it; null for a method without a result. */
    @Nullable
    Object result() {
        if (failure != null) {
            throw failure.asException();
        }
        return result;
    }

    @Override
    public void item(ReceivedMessage item) {
        if (output != null) {
            output.item(item);
            if (!streaming) {
                streaming = true;
                LockSupport.unpark(caller);
            }
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
    public void callback(IncomingCall callback, int id, ReceivedMessage message) {
        if (callbacks == null) {
            CallerEvents.super.callback(callback, id, message);
        } else {
            callbacks.call(callback, id, message);
        }
    }

    @Override
    public void ended(ReceivedMessage message) {
        if (output != null && (streaming || message.payload().byteSize() == 0)) {
            streaming = true;
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
        if (callbacks != null) {
            callbacks.end();
        }
        done = true;
        if (Thread.currentThread() != caller) {
            LockSupport.unpark(caller);
        }
        wake();
    }

    private void read(ReceivedMessage message) {
        if (type == null) {
            return;
        }
        try {
            MemorySegment small =
                    type.isInPlace() && !message.holdsReferences() ? messages.small(message.payload(), 0) : null;
            if (small == null && type.isInPlace()) {
                // Nobody says when the caller has looked at it for the last time: the garbage collector finds out.
                result = messages.readKept(message.keep(), type::decode);
            } else {
                result = messages.read(small == null ? message.payload() : small, type::decode);
            }
        } catch (BrokenMessageException broken) {
            failure = new Failure(Failure.INVALID_ARGUMENT, "the result of " + name + ": " + broken.getMessage());
        } catch (RpcException gone) {
            failure = new Failure(gone.code(), "the result of " + name + ": " + gone.getMessage());
        } catch (OutOfMessageMemoryException full) {
            failure = new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage()));
        }
    }
}
