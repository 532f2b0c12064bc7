package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.MethodStatistics;
import dev.psyne.rpc.NamedService;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.connection.Binding;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.ConnectionEvents;
import dev.psyne.rpc.internal.connection.DeadlineSweep;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.connection.Offer;
import dev.psyne.rpc.internal.meter.MethodMeters;
import dev.psyne.rpc.internal.region.LinkRegions;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Evolution;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One connection and the services on both of its ends. Any thread may call. */
public final class Link implements ConnectionEvents {
    /** What a link shares with others of its process. */
    public record Parts(
            Scheduler scheduler,
            MessagePool pool,
            Directory directory,
            Admission admission,
            CallTurns turns,
            DeadlineSweep deadlines,
            LinkRegions regions) {}

    /** Decides who may come in, and is told when one has gone. */
    public interface Admission {
        /** The peer has said who it is. Why it may not come in; null if it may. */
        @Nullable
        Failure opened(Link link, Hello peer);

        /** It takes no new calls. */
        default void leaving(Link link) {}

        /** It is gone. */
        void closed(Link link, Failure reason);
    }

    private static final ServiceContract ROOT = ServiceContract.of(ConnectionService.class);
    private static final int ROOT_NUMBER = 0;

    private final Parts parts;
    private final Messages messages;
    private final CallTurns.Line line = new CallTurns.Line();
    private final List<CallTarget> bound = new ArrayList<>();
    private final Map<String, Bound> byName = new HashMap<>();
    private volatile CallTarget[] targets = {};
    private volatile @Nullable Connection connection;

    private record Bound(Provider provider, int number) {}

    /**
     * The owner of a connection that is about to be opened.
     *
     * @param memory of messages that this side sends and keeps
     */
    public Link(Parts parts, MessageMemory memory, int maxMessageBytes) {
        this.parts = parts;
        this.messages = new Messages(parts.pool(), memory, MessageReferences.NONE, parts.regions(), maxMessageBytes);
        bind(new ServedService(ROOT, ServedService.handles(ROOT, new Root(this, parts.directory())), this));
    }

    /** The connection it owns. */
    public void over(Connection opening) {
        connection = opening;
        parts.deadlines().add(opening);
        parts.regions().over(opening);
    }

    /** Its connection. */
    public Connection connection() {
        Connection open = connection;
        if (open == null) {
            throw new IllegalStateException("not connected yet");
        }
        return open;
    }

    /**
     * Finds a service of the other side's.
     *
     * @param followed what was found out about the schemas of its providers, by their fingerprints; is added to
     * @throws RpcException {@code not_found}, or {@code schema_mismatch} if the two schemas cannot follow one another
     */
    public ServiceStub find(
            String name, ServiceContract contract, Map<Long, Set<String>> followed, long timeoutMillis) {
        Binding binding = root(timeoutMillis).find(name, contract.schema().fingerprint());
        Long fingerprint = binding.fingerprint();
        if (fingerprint == null) {
            throw new RpcException(
                    Failure.SCHEMA_MISMATCH, "the service '" + name + "' has no schema: call it without an interface");
        }
        Set<String> idempotent = followed.get(fingerprint);
        if (idempotent == null) {
            idempotent = idempotent(check(name, contract, fingerprint, binding.schema()), contract);
            followed.put(fingerprint, idempotent);
        }
        boolean lends = Boolean.TRUE.equals(binding.shares()) && parts.regions().isShared();
        return stub(contract, binding.service(), lends, binding.methods(), idempotent, timeoutMillis);
    }

    /** A service of the other side's by names alone. */
    public NamedService service(String name, long timeoutMillis) {
        Binding binding = root(timeoutMillis).find(name, null);
        return new NamedStub(
                name,
                new CallMaker(connection(), messages, false),
                parts.scheduler(),
                binding.service(),
                binding.methods(),
                meters().of(MethodStatistics.Side.CALLED, name, binding.methods()),
                timeoutMillis);
    }

    /** Offers a service to the other side, or offers it again; the name by which others find it. */
    public String offer(OfferedService service, long timeoutMillis) {
        Provider local = service.provider();
        int number = bind(service.name(), local);
        return root(timeoutMillis)
                .offer(new Offer(
                        service.name(),
                        number,
                        local.schema(),
                        local.methods(),
                        parts.regions().isShared() ? true : null));
    }

    /** What the other side is asked about its services. */
    public ConnectionService root(long timeoutMillis) {
        List<String> names = ROOT.methods().stream().map(MethodContract::name).toList();
        ServiceStub stub = stub(ROOT, ROOT_NUMBER, false, names, Set.of(), timeoutMillis);
        Class<ConnectionService> type = ConnectionService.class;
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, stub));
    }

    /** Whether both are connections of one client, as it says itself. */
    boolean isClient(Link other) {
        Hello here = connection().peer();
        Hello there = other.connection().peer();
        return here != null
                && there != null
                && here.client() != null
                && here.client().equals(there.client());
    }

    Directory directory() {
        return parts.directory();
    }

    /** The memory that it shares. */
    public LinkRegions regions() {
        return parts.regions();
    }

    Scheduler scheduler() {
        return parts.scheduler();
    }

    /** Runs a call in its turn. */
    void run(ServiceCall call) {
        parts.turns().add(line, call);
    }

    /** What is counted of its calls, and of others' of its process. */
    public MethodMeters meters() {
        return parts.directory().meters();
    }

    Messages messages() {
        return messages;
    }

    /** The number by which the other side calls a provider's service from here on. */
    int bind(String name, Provider provider) {
        synchronized (bound) {
            Bound known = byName.get(name);
            if (known != null
                    && (known.provider.equals(provider)
                            || provider instanceof Provider.Remote remote && remote.fits(known.provider))) {
                return known.number;
            }
            int number = bind(provider.target(this));
            byName.put(name, new Bound(provider, number));
            return number;
        }
    }

    private int bind(CallTarget target) {
        synchronized (bound) {
            Connection open = connection;
            if (open != null && bound.size() > open.limits().services()) {
                throw new RpcException(
                        Failure.UNAVAILABLE,
                        "the connection has " + (bound.size() - 1)
                                + " services bound, which is as many as it may have");
            }
            bound.add(target);
            targets = bound.toArray(CallTarget[]::new);
            return bound.size() - 1;
        }
    }

    @Override
    public @Nullable Failure opened(Connection of, Hello peer) {
        // Whoever waits for the connection is woken by the admission, and finds memory shared.
        parts.regions().opened(peer);
        return parts.admission().opened(this, peer);
    }

    @Override
    public void waits(long deadlineNanos) {
        parts.deadlines().watch(deadlineNanos);
    }

    @Override
    public void leaving(Connection of) {
        parts.admission().leaving(this);
    }

    @Override
    public void call(IncomingCall call, CallHeader header, ReceivedMessage message) {
        if (call.deadlineNanos() != Long.MAX_VALUE) {
            parts.deadlines().watch(call.deadlineNanos());
        }
        CallTarget[] known = targets;
        if (header.service() >= known.length) {
            call.fail(new Failure(Failure.NOT_FOUND, "no service is numbered " + header.service()));
        } else {
            known[header.service()].call(call, header, message);
        }
    }

    @Override
    public void unmapped(int region) {
        parts.regions().unmapped(region);
    }

    @Override
    public void regionsUnused(Connection of) {
        parts.regions().unused();
    }

    @Override
    public void closed(Connection of, Failure reason) {
        parts.deadlines().remove(of);
        parts.regions().closed();
        parts.directory().withdraw(this);
        parts.admission().closed(this, reason);
    }

    private ServiceStub stub(
            ServiceContract contract,
            int number,
            boolean lends,
            List<String> names,
            Set<String> idempotent,
            long timeoutMillis) {
        return new ServiceStub(contract, connection(), this, number, lends, names, idempotent, timeoutMillis);
    }

    private static Set<String> idempotent(Schema schema, ServiceContract contract) {
        return schema.definitions().stream()
                .filter(definition -> definition.name().equals(contract.name()))
                .flatMap(definition -> definition instanceof Definition.ServiceOf service
                        ? service.methods().stream()
                        : Stream.empty())
                .filter(Definition.Method::idempotent)
                .map(Definition.Method::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The schema of the other side, which the contract can follow. */
    private static Schema check(String name, ServiceContract contract, long fingerprint, @Nullable String canonical) {
        if (fingerprint == contract.schema().fingerprint()) {
            return contract.schema();
        }
        Schema theirs;
        try {
            theirs = Schema.received(canonical == null ? "" : canonical, fingerprint);
        } catch (SchemaException broken) {
            throw new RpcException(
                    Failure.SCHEMA_MISMATCH, "the schema of '" + name + "' cannot be read: " + broken.getMessage());
        }
        List<String> breaks = Evolution.breaks(theirs, contract.schema());
        if (!breaks.isEmpty() && !Evolution.breaks(contract.schema(), theirs).isEmpty()) {
            throw new RpcException(
                    Failure.SCHEMA_MISMATCH,
                    "the service '" + name + "' has a schema that "
                            + contract.type().getName() + " cannot follow: " + String.join(" ", breaks));
        }
        return theirs;
    }
}
