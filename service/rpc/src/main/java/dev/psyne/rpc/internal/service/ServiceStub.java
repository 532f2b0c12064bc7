package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.MethodStatistics;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.OutgoingCall;
import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.CallHeader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Java interface whose methods are calls over a connection. Any thread may call; each waits for its own. */
public final class ServiceStub implements InvocationHandler {
    private static final int NO_METHOD = -1;

    private final ServiceContract contract;
    private final Connection connection;
    private final Messages messages;
    private final Scheduler scheduler;
    private final int service;
    private final List<MethodMeter> meters;
    private final CallMaker calls;
    private final int[] numbers;
    private final long timeoutMillis;
    private final Set<String> idempotent;

    /**
     * A service of the other side's.
     *
     * @param service its number
     * @param lends whether it takes references
     * @param names of its methods by their numbers there
     * @param idempotent names of its methods that may be called twice
     * @param timeoutMillis how long a call may take; 0 without an end
     */
    ServiceStub(
            ServiceContract contract,
            Connection connection,
            Link link,
            int service,
            boolean lends,
            List<String> names,
            Set<String> idempotent,
            long timeoutMillis) {
        this.contract = contract;
        this.connection = connection;
        this.messages = link.messages();
        this.scheduler = link.scheduler();
        this.meters = link.meters().of(MethodStatistics.Side.CALLED, contract.name(), contract.methodNames());
        this.service = service;
        this.calls = new CallMaker(connection, link.messages(), lends);
        this.timeoutMillis = timeoutMillis;
        this.idempotent = idempotent;
        this.numbers = contract.methods().stream()
                .mapToInt(method -> names.indexOf(method.name()))
                .toArray();
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method called, @Nullable Object @Nullable [] given) throws Throwable {
        MethodContract method = contract.method(called);
        if (method == null) {
            return ofObject(proxy, called, given, contract.name() + " at " + connection.peerName());
        }
        try {
            return call(method, given == null ? new @Nullable Object[0] : given, new CallTerms(timeoutMillis, 0));
        } catch (CallNotSentException unsent) {
            throw unsent.failure().asException();
        }
    }

    /** Whether a method may be called twice, by the schemas of both sides. */
    public boolean isIdempotent(MethodContract method) {
        return method.isIdempotent() && idempotent.contains(method.name());
    }

    /**
     * Calls a method once.
     *
     * @param given its arguments
     * @return the result, or items
     * @throws RpcException if it fails
     * @throws CallNotSentException if it did not leave, and none of its items were asked for
     */
    public @Nullable Object call(MethodContract method, @Nullable Object[] given, CallTerms terms) {
        int number = numbers[method.number()];
        if (number == NO_METHOD) {
            throw new RpcException(
                    Failure.NOT_FOUND, "the callee's " + contract.name() + " has no method " + method.name());
        }
        return call(method, number, given, terms);
    }

    private @Nullable Object call(MethodContract method, int number, @Nullable Object[] given, CallTerms terms) {
        @Nullable Object[] arguments = arguments(method, given);
        CallHeader header = new CallHeader(
                service,
                number,
                method.streamsOutput() ? 0 : (int) Math.min(terms.timeoutMillis(), Integer.MAX_VALUE),
                method.streamsOutput() ? ReceivedItems.WINDOW_BYTES : 0,
                (int) terms.resume(),
                CallTrace.toSend());
        OutgoingCall[] begun = new OutgoingCall[1];
        ReceivedItems items = method.streamsOutput()
                ? new ReceivedItems(
                        messages,
                        Objects.requireNonNull(method.output()),
                        ReceivedItems.WINDOW_BYTES,
                        () -> begun[0].cancel())
                : null;
        LentCallbacks callbacks =
                method.callbacks() == null ? null : new LentCallbacks(messages, scheduler, method.callbacks());
        PendingCall pending = new PendingCall(messages, method.name(), method.output(), items, callbacks);
        pending.countedBy(meters.get(method.number()));
        begun[0] = begin(header, method, arguments, pending);
        if (method.input() != null) {
            Items<?> sent = items(method, given[given.length - 1]);
            ItemSender.start(messages, method.input(), calls.lends(), sent, begun[0], pending, scheduler);
        }
        if (items != null) {
            items.over(begun[0]);
            return items;
        }
        calls.await(begun[0], pending, contract.name(), method.name(), terms.timeoutMillis());
        return pending.result();
    }

    private OutgoingCall begin(
            CallHeader header, MethodContract method, @Nullable Object[] arguments, PendingCall pending) {
        int flags = (method.input() == null ? 0 : CallHeader.STREAMS)
                | (messages.takesReferences() ? CallHeader.TAKES_REFERENCES : 0);
        return calls.begin(
                header,
                flags,
                method.streamsOutput() || method.input() != null,
                pending,
                writer -> method.arguments().encode(arguments, writer));
    }

    private static Items<?> items(MethodContract method, @Nullable Object given) {
        if (given == null) {
            throw new IllegalArgumentException(
                    "the items of " + method.name() + " are null; give Items.of(List.of()) for none");
        }
        return (Items<?>) given;
    }

    private static @Nullable Object[] arguments(MethodContract method, @Nullable Object[] given) {
        List<Integer> positions = method.java().positions();
        @Nullable Object[] arguments = new @Nullable Object[positions.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = given[positions.get(i)];
        }
        return arguments;
    }

    /** A method that is no call: the interface's own, or that of any object. */
    public static @Nullable Object ofObject(
            Object proxy, Method called, @Nullable Object @Nullable [] given, String description) throws Throwable {
        if (called.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, called, given);
        }
        return switch (called.getName()) {
            case "equals" -> given != null && proxy == given[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> description;
        };
    }
}
