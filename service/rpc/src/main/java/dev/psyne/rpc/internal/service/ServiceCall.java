package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.TraceContext;
import dev.psyne.rpc.internal.connection.CallStream;
import dev.psyne.rpc.internal.connection.CalleeEvents;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One call of a Java method, as a job. */
final class ServiceCall implements Runnable, CalleeEvents {
    private final IncomingCall call;
    private final MethodContract method;
    private final MethodHandle handle;
    private final @Nullable Object[] arguments;
    private final Messages messages;
    private final CallResources resources;
    private final @Nullable ReceivedItems input;
    private final @Nullable ItemSender output;
    private final long resume;
    private @Nullable Thread running;
    private boolean interrupted;

    /** {@code resources} are what the arguments need while the call lasts; {@code resume} items are left out. */
    ServiceCall(
            IncomingCall call,
            MethodContract method,
            MethodHandle handle,
            @Nullable Object[] arguments,
            Messages messages,
            CallResources resources,
            long resume) {
        this.call = call;
        this.resume = resume;
        this.method = method;
        this.handle = handle;
        this.arguments = arguments;
        this.messages = messages;
        this.resources = resources;
        ValueMessage items = method.input();
        this.input = items == null ? null : new ReceivedItems(messages, items, CallStream.FIRST_BYTES, () -> {});
        if (input != null) {
            input.over(call);
            arguments[arguments.length - 1] = input;
        }
        this.output = method.streamsOutput()
                ? new ItemSender(messages, Objects.requireNonNull(method.output()), call.takesReferences())
                : null;
    }

    @Override
    public void run() {
        TraceContext trace = resources.trace();
        if (trace == null) {
            serve();
        } else {
            CallTrace.run(trace, this::serve);
        }
    }

    private void serve() {
        try {
            if (call.deadlineNanos() != Long.MAX_VALUE && System.nanoTime() - call.deadlineNanos() > 0) {
                call.fail(new Failure(Failure.DEADLINE_EXCEEDED, method.name() + " was not begun before its deadline"));
            } else if (begin()) {
                answer(handle.invokeExact(arguments));
            }
        } catch (RpcException refused) {
            call.fail(new Failure(refused.code(), refused.getMessage(), refused.retryAfterMillis()));
        } catch (OutOfMessageMemoryException full) {
            call.fail(new Failure(Failure.UNAVAILABLE, String.valueOf(full.getMessage())));
        } catch (InterruptedException stopped) {
            call.fail(new Failure(Failure.CANCELLED, method.name() + " was stopped"));
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            call.fail(new Failure(Failure.FAILED, method.name() + " failed; the reason is with the callee"));
            if (!isInterrupted()) {
                throw new IllegalStateException("the method " + method.name() + " failed", failure);
            }
        } finally {
            end();
        }
    }

    /** Ends it without having begun. */
    void refuse() {
        end();
        call.fail(Failure.busy("there is too much to do: try again later"));
    }

    private synchronized boolean begin() {
        // The thread that reads goes on with others: it is not to be interrupted.
        running = method.isInline() ? null : Thread.currentThread();
        return !call.isOver();
    }

    private synchronized boolean isInterrupted() {
        return interrupted;
    }

    private void answer(@Nullable Object result) throws InterruptedException, OutOfMessageMemoryException {
        ValueMessage type = method.output();
        if (type == null) {
            call.endEmpty();
            return;
        }
        if (result == null && !method.givesNothing()) {
            throw new IllegalStateException(method.name() + " returned null");
        }
        if (output == null) {
            call.end(messages.message(call.takesReferences(), writer -> type.encode(result, writer)));
            return;
        }
        try (Items<?> items = (Items<?>) Objects.requireNonNull(result)) {
            skip(items);
            if (output.send(items, call)) {
                call.endEmpty();
            }
        }
    }

    /** What the caller has had already. */
    private void skip(Items<?> items) throws InterruptedException {
        for (long i = 0; i < resume && !call.isOver(); i++) {
            if (items.next() == null) {
                throw new RpcException(
                        Failure.INVALID_ARGUMENT,
                        method.name() + " has given " + i + " items; the caller has had " + resume
                                + " of the same call");
            }
        }
    }

    private void end() {
        synchronized (this) {
            running = null;
            if (interrupted && !method.isInline()) {
                // It was meant for this call, not for what the thread does next.
                Thread.interrupted();
            }
        }
        if (input != null) {
            input.close();
        }
        resources.end();
    }

    @Override
    public void item(ReceivedMessage item) {
        if (input != null) {
            input.item(item);
        }
    }

    @Override
    public void credit(long bytes) {
        wake();
    }

    private void wake() {
        if (output != null) {
            output.wake();
        }
    }

    @Override
    public void inputEnded() {
        if (input != null) {
            input.end();
        }
    }

    @Override
    public void inputFailed(Failure failure) {
        if (input != null) {
            input.fail(failure);
        }
        wake();
    }

    @Override
    public void cancelled() {
        Failure gone = new Failure(Failure.CANCELLED, "the caller has cancelled the call, or is gone");
        synchronized (this) {
            // Before the method learns of it: what it throws then is no failure of its own.
            interrupted = true;
        }
        resources.cancelled(gone);
        inputFailed(gone);
        interrupt();
    }

    private synchronized void interrupt() {
        if (running != null) {
            running.interrupt();
        }
    }
}
