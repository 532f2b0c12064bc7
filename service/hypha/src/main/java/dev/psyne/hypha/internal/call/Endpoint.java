package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.internal.wire.Extra;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.hypha.internal.wire.FrameSink;
import dev.psyne.hypha.internal.wire.ValueDecoder;
import dev.psyne.hypha.internal.wire.ValueEncoder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A participant of hypha's protocol that sends calls and serves services; it knows nothing of connections. Frames come by
 * {@link #receive} and leave through its {@link FrameSink}; calls of others and answers to its own run as jobs. Any thread
 * may use it. Its owner calls {@link #tick} about twice a second.
 */
public final class Endpoint {
    /** How much longer than a piece a frame may be that goes whole, as hypha's clients have it. */
    private static final int PIECE_SLACK_BYTES = 1 << 10;

    private static final CompletableFuture<@Nullable Object> DONE = CompletableFuture.completedFuture(null);

    private final String address;
    private final FrameSink sink;
    private final LongSupplier nanoClock;
    private final EndpointLimits limits;
    private final Sessions sessions;
    private final Services services;
    private final PieceCache pieces;
    private final Receiver receiver;
    private final MethodDescription describe;

    /**
     * An endpoint that serves only what every client of hypha has, {@code built-in}.
     *
     * @param address own full address, {@code workspace/client}; the manager's has the workspace {@code *}
     * @param sink where frames go
     * @param jobs where calls of others run; they may wait there
     * @param nanoClock {@link System#nanoTime} outside tests
     */
    public Endpoint(String address, FrameSink sink, Executor jobs, LongSupplier nanoClock, EndpointLimits limits) {
        if (address.indexOf('/') <= 0 || address.endsWith("/")) {
            throw new IllegalArgumentException("an address is workspace/client, not '" + address + "'");
        }
        this.address = address;
        this.sink = sink;
        this.nanoClock = nanoClock;
        this.limits = limits;
        this.describe = new MethodDescription(address);
        this.sessions = new Sessions(limits.sessions(), jobs, nanoClock);
        this.services = new Services(address);
        this.pieces = new PieceCache(limits);
        this.receiver = new Receiver(this, services, jobs, new RunningCalls(address, limits));
        services.add(new BuiltIn(this, pieces).service(), null);
    }

    /** Its own full address, {@code workspace/client}. */
    public String address() {
        return address;
    }

    String workspace() {
        return address.substring(0, address.indexOf('/'));
    }

    /**
     * Calls {@code services.echo.run} or {@code session.object} at a client. The future is completed by a job; it fails with a
     * {@link HyphaException}. Cancelling it forgets the call.
     *
     * @param target {@code workspace/client}, or {@code client} in the own workspace
     */
    public CompletableFuture<@Nullable Object> call(
            String target, String method, List<?> arguments, Map<String, ?> keywords, CallOptions options) {
        String receiverAddress = full(target);
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        Session session;
        try {
            session = sessions.call(receiverAddress, answer, options);
        } catch (HyphaException e) {
            return CompletableFuture.failedFuture(e);
        }
        try {
            MemorySegment extra = encode(new SessionObjects(this, () -> session), arguments, keywords, session);
            Map<String, @Nullable Object> main = main(receiverAddress, method);
            main.put("session", session.id());
            if (options.parent() != null) {
                main.put("parent", options.parent());
            }
            transmit(new Frame(main, extra), () -> session.heard(now()))
                    .whenComplete((_, failure) -> session.fail(failure));
        } catch (RuntimeException e) {
            session.fail(e);
        }
        return answer.whenComplete((_, _) -> sessions.remove(session));
    }

    /** Calls a method whose answer nobody waits for; the future is done when the call is sent. */
    CompletableFuture<@Nullable Object> tell(
            String target, String method, List<?> arguments, Map<String, ?> keywords, @Nullable String parent) {
        String receiverAddress = full(target);
        try {
            SessionObjects objects = new SessionObjects(this, () -> sessions.result(receiverAddress));
            MemorySegment extra = encode(objects, arguments, keywords, null);
            Map<String, @Nullable Object> main = main(receiverAddress, method);
            if (parent != null) {
                main.put("parent", parent);
            }
            return transmit(new Frame(main, extra), () -> {});
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Takes a frame that the router sent to this address; does not block. */
    public void receive(Frame frame) {
        receiver.receive(frame);
    }

    /** What happens at frames of another type than {@code method}; it gets the main map and must not block. */
    public void on(String type, Consumer<Map<String, @Nullable Object>> event) {
        receiver.on(type, event);
    }

    /**
     * Offers a service to callers; telling a registry of it is another matter.
     *
     * @throws IllegalStateException if there is one with this id
     */
    public void serve(HyphaService service) {
        services.add(service, null);
    }

    /** Offers a service to one caller. */
    void serve(HyphaService service, String onlyCaller) {
        services.add(service, onlyCaller);
    }

    /** Ends what {@link #serve} began; false if there was none. */
    public boolean withdraw(String serviceId) {
        return services.remove(serviceId);
    }

    /** The services offered, those made for one caller left out. */
    public List<HyphaService> services() {
        return services.all();
    }

    /**
     * What a client gets that asks for a service of this endpoint, methods encoded, or null if there is none. May be
     * returned by a method as it is.
     */
    public @Nullable Map<String, @Nullable Object> description(String serviceId) {
        ServedService served = services.find(serviceId);
        return served == null ? null : served.description();
    }

    /** Forgets a peer: fails calls to it, cancels calls of it, drops what was made for it. */
    public void peerLost(String peer, String reason) {
        sessions.peerLost(peer, "ConnectionError: " + reason);
        receiver.cancel(peer);
        services.peerLost(peer);
        pieces.peerLost(peer);
    }

    /** Time outs, heartbeats, and an end for what nobody fetched. */
    public void tick() {
        long now = now();
        sessions.tick(now);
        receiver.beat(now);
        pieces.tick(now);
    }

    /** Fails all calls, cancels those of others, and opens none any more. */
    public void close(String reason) {
        sessions.close(reason);
        receiver.close();
    }

    /** Sends a result or an error to who waits for it in a session; done when it is sent. */
    CompletableFuture<@Nullable Object> answer(
            String caller, String session, @Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            return reject(caller, session, failure);
        }
        SessionObjects objects = new SessionObjects(this, () -> sessions.result(caller));
        CompletableFuture<@Nullable Object> sent;
        try {
            sent = settle(caller, session, "resolve", new ValueEncoder(objects).encode(result));
        } catch (IllegalArgumentException | HyphaException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.exceptionallyCompose(unsent -> {
            Session opened = objects.session();
            if (opened != null) {
                sessions.remove(opened);
            }
            return reject(caller, session, unsent);
        });
    }

    private CompletableFuture<@Nullable Object> reject(String caller, String session, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return settle(caller, session, "reject", ValueEncoder.error(cause));
    }

    private CompletableFuture<@Nullable Object> settle(
            String caller, String session, String how, @Nullable Object encoded) {
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(encoded);
        MemorySegment extra = Extra.of(arguments).toBytes(limits.messageBytes());
        return transmit(new Frame(promised(caller, session, how), extra), () -> {});
    }

    /** Tells who waits in a session that the call still runs. */
    void heartbeat(String caller, String session) {
        // A connection that is lost just now ends the call by itself.
        CompletableFuture<@Nullable Object> _ =
                transmit(new Frame(promised(caller, session, "heartbeat"), Frame.NO_EXTRA), () -> {});
    }

    private Map<String, @Nullable Object> promised(String caller, String session, String how) {
        Map<String, @Nullable Object> main = main(caller, session + "." + how);
        main.put("parent", session);
        return main;
    }

    private Map<String, @Nullable Object> main(String target, String method) {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", address);
        main.put("to", target);
        main.put("method", method);
        return main;
    }

    private MemorySegment encode(
            SessionObjects objects, List<?> arguments, Map<String, ?> keywords, @Nullable Session session) {
        ValueEncoder encoder = new ValueEncoder(objects);
        List<@Nullable Object> encoded = new ArrayList<>(arguments.size());
        for (Object argument : arguments) {
            encoded.add(encoder.encode(argument));
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        keywords.forEach((name, value) -> named.put(name, encoder.encode(value)));
        double interval = session == null ? 0 : session.options().heartbeatSeconds();
        return new Extra(encoded, named, session != null, interval).toBytes(limits.messageBytes());
    }

    private CompletableFuture<@Nullable Object> transmit(Frame frame, Runnable progress) {
        if (frame.extra().byteSize() <= limits.pieceBytes() + PIECE_SLACK_BYTES) {
            try {
                sink.send(frame);
                return DONE;
            } catch (IllegalStateException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        String target = String.valueOf(frame.to());
        MemorySegment message = MemorySegment.ofArray(frame.toBytes(limits.messageBytes()));
        return new PieceSender(this, target, message, limits.pieceBytes(), progress).send();
    }

    private String full(String target) {
        return target.indexOf('/') < 0 ? workspace() + "/" + target : target;
    }

    ValueDecoder decoder(String peer, @Nullable String parent) {
        return new ValueDecoder(new PeerObjects(this, peer.substring(0, Math.max(peer.indexOf('/'), 0)), parent));
    }

    /** A session was heard of; false if it is not open, or not with this peer. */
    boolean heard(String sessionId, String peer) {
        Session session = sessions.find(sessionId);
        if (session == null || !session.isWith(peer)) {
            return false;
        }
        session.heard(now());
        return true;
    }

    @Nullable
    ServedService served(String serviceId) {
        return services.find(serviceId);
    }

    void left(IncomingCall call) {
        receiver.left(call);
    }

    Sessions sessions() {
        return sessions;
    }

    MethodDescription describe() {
        return describe;
    }

    long now() {
        return nanoClock.getAsLong();
    }
}
