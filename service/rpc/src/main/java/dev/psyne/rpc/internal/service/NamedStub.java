package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.NamedService;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.UntypedValues;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.CallHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        CallMaker calls,
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
        ReceivedItems items =
                new ReceivedItems(calls.messages(), type, ReceivedItems.WINDOW_BYTES, () -> begun[0].cancel());
        PendingCall pending = PendingCall.ofUnknownKind(
                calls.messages(),
                method,
                type,
                items,
                new LentCallbacks(calls.messages(), scheduler, CallbackContracts.UNTYPED));
        pending.countedBy(meters.get(number));
        OutgoingCall call = begin(number, type, arguments, pending);
        begun[0] = call;
        items.over(call);
        if (arguments.items() != null) {
            ItemSender.start(calls.messages(), type, false, arguments.items(), call, pending, scheduler);
        }
        calls.await(call, pending, name, method, timeoutMillis);
        return pending.isStreaming() ? items : pending.result();
    }

    /** Without a deadline in it, for the callee may stream: who waits for the first answer cancels. */
    private OutgoingCall begin(int number, UntypedMessage type, Arguments arguments, PendingCall pending) {
        CallHeader header = new CallHeader(service, number, 0, ReceivedItems.WINDOW_BYTES, CallTrace.toSend());
        boolean sends = arguments.items() != null;
        try {
            return calls.begin(
                    header,
                    CallHeader.NAMED | (sends ? CallHeader.STREAMS : 0),
                    sends,
                    pending,
                    writer -> type.encode(arguments.message(), writer));
        } catch (CallNotSentException unsent) {
            throw unsent.failure().asException();
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
        return name + " at " + calls.connection().peerName();
    }
}
