package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One running call, as its method sees it. All methods may be called from any thread. The arguments belong to the call:
 * binary ones are segments on the heap that live as long as somebody holds them.
 */
public final class RpcCall {
    private enum State {
        OPEN,
        /** The method's result or error is sent. */
        ENDED,
        /** Nobody waits for the result any more. */
        CANCELLED
    }

    private final long id;
    private final CallArguments arguments;
    private final Credit credit;
    private final RpcConnection connection;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicBoolean left = new AtomicBoolean();
    private final List<Runnable> onCancel = new ArrayList<>();

    RpcCall(long id, Map<String, Object> arguments, Credit credit, RpcConnection connection) {
        this.id = id;
        this.arguments = new CallArguments(arguments);
        this.credit = credit;
        this.connection = connection;
    }

    /** All arguments: String, Long, Double, Boolean, MemorySegment, List and Map by name; cannot be changed. */
    public Map<String, Object> arguments() {
        return arguments.all();
    }

    /**
     * A string.
     *
     * @throws RpcException {@code invalid_argument} if it is absent or something else; so do all that follow
     */
    public String string(String name) {
        return arguments.required(name, String.class, "a string");
    }

    /** A string that may be absent. */
    public Optional<String> optionalString(String name) {
        return arguments.optional(name, String.class, "a string");
    }

    /** Binary. */
    public MemorySegment bytes(String name) {
        return arguments.required(name, MemorySegment.class, "binary");
    }

    /** Binary that may be absent. */
    public Optional<MemorySegment> optionalBytes(String name) {
        return arguments.optional(name, MemorySegment.class, "binary");
    }

    /** An integer or a floating-point number. */
    public double number(String name) {
        return arguments.required(name, Number.class, "a number").doubleValue();
    }

    /** An integer or a floating-point number, or {@code absent} if there is none. */
    public double number(String name, double absent) {
        return arguments
                .optional(name, Number.class, "a number")
                .map(Number::doubleValue)
                .orElse(absent);
    }

    /** An integer. */
    public long integer(String name) {
        return arguments.required(name, Long.class, "an integer");
    }

    /** An integer, or {@code absent} if there is none. */
    public long integer(String name, long absent) {
        return arguments.optional(name, Long.class, "an integer").orElse(absent);
    }

    /** What the caller is ready to take. */
    public Credit credit() {
        return credit;
    }

    /**
     * Sends one item, waiting while the connection is slower. Uses one credit that was acquired before.
     *
     * @param value String, Long, Integer, Double, Float, Boolean, byte[], MemorySegment, Collection or Map of these with
     *     String keys
     * @throws CallCancelledException if the call is over
     * @throws IllegalStateException if no credit was acquired for it
     * @throws IllegalArgumentException if the value cannot be sent or is over the limit of a frame
     */
    public void send(Object value) {
        byte[] frame = connection.messages().item(id, value);
        sending.lock();
        try {
            if (cancelled()) {
                throw new CallCancelledException();
            }
            credit.spend();
            connection.deliver(frame);
        } finally {
            sending.unlock();
        }
    }

    /** Whether nobody waits for the call any more. */
    public boolean cancelled() {
        return state.get() != State.OPEN;
    }

    /**
     * Runs something at once when the caller cancels or is gone, on the thread that finds out, which it must not hold
     * up; now, if that has happened already; never, if the call ends by itself.
     */
    public void onCancel(Runnable callback) {
        synchronized (onCancel) {
            switch (state.get()) {
                case OPEN -> {
                    onCancel.add(callback);
                    return;
                }
                case ENDED -> {
                    return;
                }
                case CANCELLED -> {}
            }
        }
        callback.run();
    }

    long id() {
        return id;
    }

    /** Sends the result as the last message of the call, if the call is not over yet. */
    void end(@Nullable Object value) {
        last(connection.messages().end(id, value));
    }

    /** Sends the error as the last message of the call, if the call is not over yet. */
    void fail(RpcException error) {
        last(connection.messages().error(id, error.code(), error.getMessage()));
    }

    private void last(byte[] frame) {
        sending.lock();
        try {
            if (state.compareAndSet(State.OPEN, State.ENDED)) {
                credit.close();
                connection.forget(this);
                // Before the client knows: its next call may come at once and must find the place free.
                leave();
                connection.deliver(frame);
            }
        } finally {
            sending.unlock();
        }
    }

    /** Gives the call's place on the connection back, once. */
    void leave() {
        if (left.compareAndSet(false, true)) {
            connection.leave();
        }
    }

    /** Ends the call without a message; true if it was not over yet. */
    boolean cancel() {
        if (!state.compareAndSet(State.OPEN, State.CANCELLED)) {
            return false;
        }
        connection.forget(this);
        credit.close();
        List<Runnable> callbacks;
        synchronized (onCancel) {
            callbacks = List.copyOf(onCancel);
        }
        RunAll.run(callbacks);
        return true;
    }
}
