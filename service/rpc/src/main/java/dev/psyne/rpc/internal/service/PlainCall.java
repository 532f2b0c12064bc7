package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import dev.psyne.rpc.internal.wire.CallHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls one method with plain values.
 *
 * @param service its name, for people
 * @param binding the service's number
 * @param number the method's
 * @param timeoutMillis how long it may take; 0 without an end
 */
record PlainCall(
        Link link,
        PlainContract contract,
        String service,
        Definition.Method method,
        int binding,
        int number,
        long timeoutMillis) {
    @Nullable
    Object call(List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named) {
        try {
            return checked(positional, named);
        } catch (IllegalArgumentException wrong) {
            throw new RpcException(Failure.INVALID_ARGUMENT, service + "." + wrong.getMessage());
        }
    }

    private @Nullable Object checked(
            List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named) {
        @Nullable Object[] arguments = arguments(positional, named);
        Items<?> items = method.input() == null ? null : items(positional, method.input());
        Definition.Output output = method.output();
        ValueMessage message = output == null ? null : contract.message(method.name() + ".result", output.type());
        OutgoingCall[] begun = new OutgoingCall[1];
        ReceivedItems results = output != null && output.streamed()
                ? new ReceivedItems(
                        link.messages(),
                        Objects.requireNonNull(message),
                        ReceivedItems.WINDOW_BYTES,
                        () -> begun[0].cancel())
                : null;
        PendingCall pending = new PendingCall(link.messages(), service + "." + method.name(), message, results, null);
        CallMaker calls = new CallMaker(link.connection(), link.messages(), false);
        OutgoingCall call = begin(calls, arguments, results != null, pending);
        begun[0] = call;
        if (items != null) {
            ItemSender.start(
                    link.messages(),
                    contract.message(method.name() + ".items", Objects.requireNonNull(method.input())),
                    false,
                    items,
                    call,
                    pending,
                    link.scheduler());
        }
        if (results != null) {
            results.over(call);
            return results;
        }
        calls.await(call, pending, service, method.name(), timeoutMillis);
        return pending.result();
    }

    private @Nullable Object[] arguments(
            List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named) {
        List<Field> parameters = method.parameters();
        int most = parameters.size() + (method.input() == null ? 0 : 1);
        if (positional.size() > most) {
            throw new IllegalArgumentException(
                    method.name() + ": takes " + most + " arguments, not " + positional.size());
        }
        List<String> names = parameters.stream().map(Field::name).toList();
        for (String name : named.keySet()) {
            int index = names.indexOf(name);
            if (index < 0 || index < positional.size()) {
                throw new IllegalArgumentException(method.name() + ": "
                        + (index < 0
                                ? "has no parameter '" + name + "'; it has " + names
                                : "'" + name + "' comes twice"));
            }
        }
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            Field parameter = parameters.get(i);
            Object given = i < positional.size() ? positional.get(i) : named.get(parameter.name());
            String where = method.name() + "." + parameter.name();
            if (given != null) {
                arguments[i] = contract.values().fit(parameter.type(), given, where);
            } else if (!parameter.optional()) {
                throw new IllegalArgumentException(where + ": is missing");
            }
        }
        return arguments;
    }

    private Items<?> items(List<? extends @Nullable Object> positional, Type type) {
        int at = method.parameters().size();
        if (positional.size() <= at || !(positional.get(at) instanceof Iterable<?> given)) {
            throw new IllegalArgumentException(
                    method.name() + ": takes a stream behind " + at + " arguments: give a list of its items");
        }
        List<Object> fitted = new ArrayList<>();
        for (Object item : given) {
            fitted.add(contract.values().fit(type, item, method.name() + ".items[" + fitted.size() + "]"));
        }
        return Items.of(fitted);
    }

    private OutgoingCall begin(CallMaker calls, @Nullable Object[] arguments, boolean streams, PendingCall pending) {
        CallHeader header = new CallHeader(
                binding,
                number,
                streams ? 0 : (int) Math.min(timeoutMillis, Integer.MAX_VALUE),
                streams ? ReceivedItems.WINDOW_BYTES : 0,
                null);
        RecordCodec<@Nullable Object[]> codec = contract.arguments(method);
        boolean sends = method.input() != null;
        try {
            return calls.begin(
                    header,
                    sends ? CallHeader.STREAMS : 0,
                    streams || sends,
                    pending,
                    writer -> codec.encode(arguments, writer));
        } catch (CallNotSentException unsent) {
            throw unsent.failure().asException();
        }
    }
}
