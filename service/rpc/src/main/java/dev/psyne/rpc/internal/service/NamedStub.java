package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.NamedService;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.UntypedValues;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service of the other side's by names.
 *
 * @param service its number
 * @param methods by their numbers there
 * @param meters in the same order
 * @param timeoutMillis how long a call may take; 0 without an end
 */
record NamedStub(
        String name,
        Connection connection,
        Messages messages,
        Scheduler scheduler,
        int service,
        List<String> methods,
        List<MethodMeter> meters,
        long timeoutMillis)
        implements NamedService {
    NamedStub {
        methods = List.copyOf(methods);
        meters = List.copyOf(meters);
    }

    @Override
    public @Nullable Object call(String method, @Nullable Object... positional) {
        return callWithNames(method, Map.of(), positional);
    }

    @Override
    public @Nullable Object callWithNames(
            String method, Map<String, ? extends @Nullable Object> named, @Nullable Object... positional) {
        int number = methods.indexOf(method);
        if (number < 0) {
            throw new RpcException(
                    Failure.NOT_FOUND, "the service '" + name + "' has no method '" + method + "'; it has " + methods);
        }
        Arguments arguments = Arguments.of(method, named, positional);
        UntypedMessage type = new UntypedMessage(method);
        OutgoingCall[] begun = new OutgoingCall[1];
        ReceivedItems items = new ReceivedItems(messages, type, ReceivedItems.WINDOW_BYTES, () -> begun[0].cancel());
        PendingCall pending = PendingCall.ofUnknownKind(
                messages, method, type, items, new LentCallbacks(messages, scheduler, CallbackContracts.UNTYPED));
        pending.countedBy(meters.get(number));
        OutgoingCall call = begin(number, type, arguments, pending);
        begun[0] = call;
        items.over(call);
        if (arguments.items() != null) {
            ItemSender.start(messages, type, false, arguments.items(), call, pending, scheduler);
        }
        await(call, pending, method);
        return pending.isStreaming() ? items : pending.result();
    }

    private OutgoingCall begin(int number, UntypedMessage type, Arguments arguments, PendingCall pending) {
        CallHeader header = new CallHeader(
                service,
                number,
                (int) Math.min(timeoutMillis, Integer.MAX_VALUE),
                ReceivedItems.WINDOW_BYTES,
                CallTrace.toSend());
        MessageBuffer payload;
        try {
            payload = messages.call(
                    header, false, pending.references(), writer -> type.encode(arguments.message(), writer));
        } catch (OutOfMessageMemoryException full) {
            throw new RpcException(Failure.UNAVAILABLE, String.valueOf(full.getMessage()));
        }
        int flags = header.flags() | CallHeader.NAMED | (arguments.items() == null ? 0 : CallHeader.STREAMS);
        Lane lane = ServiceStub.lane(payload, arguments.items() != null);
        OutgoingCall call = connection.call(payload, flags, lane, header.creditBytes(), pending);
        if (call == null) {
            payload.release();
            Failure refusal = connection.refusal();
            throw new RpcException(refusal.code(), refusal.message());
        }
        return call;
    }

    private void await(OutgoingCall call, PendingCall pending, String method) {
        boolean ended = false;
        try {
            long deadline = timeoutMillis == 0
                    ? Long.MAX_VALUE
                    : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            ended = connection.await(call, pending, deadline);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            call.cancel();
            throw new RpcException(
                    Failure.CANCELLED, "the thread was interrupted while it waited for " + name + "." + method);
        } finally {
            if (!ended) {
                call.cancel(Failure.DEADLINE_EXCEEDED);
            }
        }
        if (!ended) {
            throw new RpcException(
                    Failure.DEADLINE_EXCEEDED, name + "." + method + " was not answered in " + timeoutMillis + " ms");
        }
    }

    /**
     * What is sent, with a mark where the items stood.
     *
     * @param items null if none follow
     */
    private record Arguments(
            List<@Nullable Object> positional,
            Map<String, @Nullable Object> named,
            @Nullable Items<?> items) {
        static Arguments of(
                String method, Map<String, ? extends @Nullable Object> named, @Nullable Object[] positional) {
            List<Items<?>> streams = new ArrayList<>();
            List<@Nullable Object> list = new ArrayList<>();
            for (Object each : positional) {
                list.add(marked(each, streams));
            }
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            named.forEach((key, value) -> map.put(key, marked(value, streams)));
            if (streams.size() > 1) {
                throw new IllegalArgumentException(
                        method + ": a call streams one argument at most, not " + streams.size());
            }
            return new Arguments(list, map, streams.isEmpty() ? null : streams.getFirst());
        }

        private static @Nullable Object marked(@Nullable Object value, List<Items<?>> streams) {
            if (value instanceof Items<?> items) {
                streams.add(items);
                return UntypedValues.STREAM;
            }
            return value;
        }

        List<Object> message() {
            return List.of(positional, named);
        }
    }

    @Override
    public String toString() {
        return name + " at " + connection.peerName();
    }
}
