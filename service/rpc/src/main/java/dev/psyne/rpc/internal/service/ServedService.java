package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.MethodStatistics;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Java object behind the calls of one connection: arguments are read where they come in, methods run as jobs. */
final class ServedService implements CallTarget {
    private final ServiceContract contract;
    private final List<MethodHandle> handles;
    private final Consumer<ServiceCall> calls;
    private final Messages messages;
    private final List<MethodMeter> meters;

    /**
     * The service of one connection.
     *
     * @param handles as {@link #handles} makes them of an implementation
     * @param calls runs them
     */
    ServedService(ServiceContract contract, List<MethodHandle> handles, Link link) {
        this.contract = contract;
        this.handles = handles;
        this.calls = link::run;
        this.messages = link.messages();
        this.meters = link.meters().of(MethodStatistics.Side.SERVED, contract.name(), contract.methodNames());
    }

    /** Each method of an implementation, taking all its arguments in one array. */
    static List<MethodHandle> handles(ServiceContract contract, Object implementation) {
        if (!contract.type().isInstance(implementation)) {
            throw new IllegalArgumentException(implementation.getClass().getName() + " is no "
                    + contract.type().getName());
        }
        List<MethodHandle> handles = new ArrayList<>();
        for (MethodContract method : contract.methods()) {
            Method declared = method.java().method();
            try {
                MethodHandles.Lookup lookup =
                        MethodHandles.privateLookupIn(declared.getDeclaringClass(), MethodHandles.lookup());
                handles.add(lookup.unreflect(declared)
                        .bindTo(implementation)
                        .asSpreader(Object[].class, declared.getParameterCount())
                        .asType(MethodType.methodType(Object.class, Object[].class)));
            } catch (IllegalAccessException closed) {
                throw new IllegalArgumentException(
                        contract.type().getName() + " cannot be called: make it public, or open its package", closed);
            }
        }
        return List.copyOf(handles);
    }

    @Override
    public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
        if (header.method() >= contract.methods().size()) {
            call.fail(new Failure(Failure.NOT_FOUND, contract.name() + " has no method numbered " + header.method()));
            return;
        }
        call.meter(meters.get(header.method()), message);
        boolean named = (message.flags() & CallHeader.NAMED) != 0;
        MethodContract method = (named ? contract.named() : contract.methods()).get(header.method());
        Failure refusal = refusal(method, header, (message.flags() & CallHeader.STREAMS) != 0);
        if (refusal == null) {
            begin(call, header, message, method);
        } else {
            call.fail(refusal);
        }
    }

    /** Why the method cannot be called so; null if it can. */
    private @Nullable Failure refusal(MethodContract method, CallHeader header, boolean streams) {
        String name = contract.name() + "." + method.name();
        if (streams != (method.input() != null)) {
            return new Failure(Failure.INVALID_ARGUMENT, name + (streams ? " takes no stream" : " takes a stream"));
        }
        if (header.resume() != 0 && !(method.isIdempotent() && method.streamsOutput())) {
            return new Failure(
                    Failure.INVALID_ARGUMENT, name + " cannot be resumed: it is not idempotent, or no stream");
        }
        return null;
    }

    private void begin(IncomingCall call, CallHeader header, ReceivedMessage message, MethodContract method) {
        MessageScope scope = null;
        try {
            MemorySegment payload = message.payload();
            if (method.isInPlace()) {
                MemorySegment small = message.holdsReferences() ? null : messages.small(payload, header.bytes());
                if (small == null) {
                    scope = new MessageScope(message.keep(), method.isInline());
                    payload = scope.segment();
                } else {
                    payload = small;
                }
            }
            BorrowedCallbacks callbacks =
                    method.callbacks() == null ? null : new BorrowedCallbacks(call, messages, method.callbacks());
            @Nullable
            Object[] arguments = arguments(
                    method,
                    payload.asSlice(header.bytes()),
                    scope,
                    callbacks == null ? messages.references() : callbacks);
            start(
                    call,
                    method,
                    arguments,
                    new CallResources(scope, callbacks, CallTrace.received(header.trace())),
                    header.resume());
        } catch (BrokenMessageException broken) {
            call.fail(new Failure(
                    Failure.INVALID_ARGUMENT, contract.name() + "." + method.name() + ": " + broken.getMessage()));
            MessageScope.end(scope);
        } catch (RpcException gone) {
            call.fail(new Failure(gone.code(), contract.name() + "." + method.name() + ": " + gone.getMessage()));
            MessageScope.end(scope);
        } catch (OutOfMessageMemoryException full) {
            call.fail(Failure.busy(String.valueOf(full.getMessage())));
        }
    }

    /** In the order of the Java method; the place of a stream is left free. */
    private @Nullable Object[] arguments(
            MethodContract method, MemorySegment record, @Nullable MessageScope scope, MessageReferences references) {
        @Nullable Object[] read = messages.read(record, scope, references, method.arguments()::decode);
        List<Integer> positions = method.java().positions();
        @Nullable
        Object[] arguments = new @Nullable Object[method.java().method().getParameterCount()];
        for (int i = 0; i < read.length; i++) {
            arguments[positions.get(i)] = read[i];
        }
        return arguments;
    }

    private void start(
            IncomingCall call,
            MethodContract method,
            @Nullable Object[] arguments,
            CallResources resources,
            int resume) {
        ServiceCall job = new ServiceCall(
                call,
                method,
                handles.get(method.number()),
                arguments,
                messages,
                resources,
                Integer.toUnsignedLong(resume));
        call.listen(job);
        if (method.isInline()) {
            runHere(job);
        } else {
            calls.accept(job);
        }
    }

    /** The caller knows already if it fails; this side is told where it is told of other jobs, and the thread reads on. */
    private void runHere(ServiceCall job) {
        try {
            job.run();
        } catch (RuntimeException | Error failure) {
            Thread reader = Thread.currentThread();
            reader.getUncaughtExceptionHandler().uncaughtException(reader, failure);
        }
    }
}
