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

    /** {@code resources} are what the arguments need while the call lasts. */
    ServiceCall(
            IncomingCall call,
            MethodContract method,
            MethodHandle handle,
            @Nullable Object[] arguments,
            Messages messages,
            CallResources resources) {
        this.call = call;
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
            } else if (!call.isOver()) {
                answer(handle.invokeExact(arguments));
            }
        } catch (RpcException refused) {
            call.fail(new Failure(refused.code(), refused.getMessage()));
        } catch (OutOfMessageMemoryException full) {
            call.fail(Failure.busy(String.valueOf(full.getMessage())));
        } catch (InterruptedException stopped) {
            call.fail(new Failure(Failure.CANCELLED, method.name() + " was stopped"));
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            call.fail(new Failure(Failure.FAILED, method.name() + " failed; the reason is with the callee"));
            throw new IllegalStateException("the method " + method.name() + " failed", failure);
        } finally {
            end();
        }
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
            if (output.send(items, call)) {
                call.endEmpty();
            }
        }
    }

    private void end() {
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
        resources.cancelled(gone);
        inputFailed(gone);
    }
}
