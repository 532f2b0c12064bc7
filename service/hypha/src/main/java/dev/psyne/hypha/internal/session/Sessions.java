package dev.psyne.hypha.internal.session;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.identity.TokenClaims;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.router.LocalParticipant;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketHandler;
import dev.psyne.net.WebSocketListener;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The clients that are connected or about to be. One job looks after all of them a few times a second. */
public final class Sessions implements WebSocketHandler, AutoCloseable {
    /** How long a client can come back with a reconnection token. */
    public static final Duration RECONNECTION_LIFE = Duration.ofDays(2);

    private static final long CHECK_MILLIS = 500;
    private static final int GOING_AWAY = 1001;

    private final Router router;
    private final Tokens tokens;
    private final Scheduler scheduler;
    private final HyphaLimits limits;
    private final Entrance entrance;
    private final Greeting greeting;
    private final ClientEvents events;
    private final LongSupplier nanoClock;
    private final JsonMapper json = new JsonMapper();
    private final SendRoom room;
    private final Set<Arrival> arrivals = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connected = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Clients of a router, let in by {@code rules}. */
    public Sessions(Router router, Scheduler scheduler, Rules rules, Greeting greeting, ClientEvents events) {
        this.router = router;
        this.tokens = rules.tokens();
        this.scheduler = scheduler;
        this.limits = rules.limits();
        this.entrance = new Entrance(rules);
        this.greeting = greeting;
        this.events = events;
        this.nanoClock = rules.nanoClock();
        this.room = new SendRoom(limits.allOutboxBytes(), this::largest);
    }

    /** Begins to look after the clients. */
    public void start() {
        scheduler.spawn(this::watch);
    }

    @Override
    public WebSocketListener open(WebSocketConnection socket) {
        Arrival arrival = new Arrival(socket, this);
        arrivals.add(arrival);
        arrival.requireNoQuery();
        return arrival;
    }

    /**
     * The user behind one request that has no connection, with the workspace it enters as the current one of its scope.
     *
     * @param clientId a name that nobody else has
     * @throws IllegalArgumentException if it may not come in; the message says why
     */
    public User guest(@Nullable String token, String clientId) {
        try {
            return entrance.guest(token, clientId).user();
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /** The version that clients are told. */
    public String version() {
        return greeting.version();
    }

    /** Clients whose handshake is over. */
    public int connected() {
        return connected.get();
    }

    /** Bytes that wait for clients. */
    public long waitingBytes() {
        return room.used();
    }

    /** Ends every connection. */
    @Override
    public void close() {
        closed.countDown();
        router.forEach(one -> {
            if (one instanceof ClientSession session) {
                session.close(GOING_AWAY, "the server is stopping");
            }
        });
    }

    /**
     * Takes the place that a first message asks for.
     *
     * @throws RefusedException if it may not be had
     */
    ClientSession enter(String firstMessage, WebSocketConnection socket) {
        if (connected.incrementAndGet() > limits.clients()) {
            connected.decrementAndGet();
            throw new RefusedException(
                    "There are " + limits.clients() + " clients, which is the limit: try again later");
        }
        try {
            return join(entrance.admit(Hello.parse(json, firstMessage)), socket);
        } catch (RuntimeException refused) {
            connected.decrementAndGet();
            throw refused;
        }
    }

    private ClientSession join(Entrance.Entry entry, WebSocketConnection socket) {
        Participant present = router.find(entry.address());
        boolean comesBack = entry.reconnection() != null;
        if (present != null && !comesBack) {
            requireDead(present);
        }
        Outbox outbox = new Outbox(socket, scheduler, limits, room);
        ClientSession session = new ClientSession(entry, socket, this, outbox);
        if (present == null && !comesBack && !router.joinNew(session)) {
            throw alreadyThere(session);
        }
        Participant before = router.join(session);
        if (before instanceof ClientSession old && old != session) {
            old.close(WebSocketConnection.POLICY_VIOLATION, "the client has connected again");
        }
        greet(session, socket);
        outbox.start();
        return session;
    }

    private void requireDead(Participant present) {
        if (!(present instanceof ClientSession) || events.answersPing(present.address())) {
            throw alreadyThere(present);
        }
    }

    private static RefusedException alreadyThere(Participant present) {
        return new RefusedException("Client already exists and is active: " + present.address());
    }

    /** Nobody would end a session whose connection is lost before its handshake is over: it ends here. */
    private void greet(ClientSession session, WebSocketConnection socket) {
        try {
            socket.sendText(json.writeValueAsString(
                    greeting.connectionInfo(session, freshTokenOf(session), RECONNECTION_LIFE.toSeconds())));
        } catch (RuntimeException lost) {
            session.outbox().close();
            if (router.leave(session)) {
                events.left(session.address(), "the connection was lost");
            }
            throw lost;
        }
    }

    /** A session's connection has ended; whoever has its address by now stays. */
    void left(ClientSession session, String reason) {
        connected.decrementAndGet();
        if (router.leave(session)) {
            events.left(session.address(), reason);
        }
    }

    void forget(Arrival arrival) {
        arrivals.remove(arrival);
    }

    /** The type of a text message; empty if it has none. */
    String typeOf(String text) {
        try {
            return json.readTree(text).path("type").asString("");
        } catch (JacksonException broken) {
            return "";
        }
    }

    String error(@Nullable String reason) {
        return json.writeValueAsString(Map.of("type", "error", "message", String.valueOf(reason)));
    }

    String freshToken(ClientSession session) {
        return json.writeValueAsString(
                Map.of("type", "reconnection_token", "reconnection_token", freshTokenOf(session)));
    }

    void use(TokenClaims reconnection) {
        tokens.use(reconnection);
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    HyphaLimits limits() {
        return limits;
    }

    Router router() {
        return router;
    }

    private String freshTokenOf(ClientSession session) {
        return tokens.issueReconnection(session.user(), RECONNECTION_LIFE);
    }

    private @Nullable Outbox largest() {
        Outbox[] largest = new Outbox[1];
        long[] most = new long[1];
        router.forEach(one -> {
            if (one instanceof ClientSession session && session.outbox().waitingBytes() > most[0]) {
                most[0] = session.outbox().waitingBytes();
                largest[0] = session.outbox();
            }
        });
        return largest[0];
    }

    private void watch() {
        try {
            while (!closed.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                check();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once at all clients and arrivals. */
    void check() {
        long now = nanoTime();
        long handshake = TimeUnit.SECONDS.toNanos(limits.handshakeSeconds());
        arrivals.forEach(arrival -> arrival.check(now, handshake));
        long idle = TimeUnit.SECONDS.toNanos(limits.idleSeconds());
        long stall = TimeUnit.SECONDS.toNanos(limits.stallSeconds());
        router.forEach(one -> {
            if (one instanceof ClientSession session) {
                session.check(now, idle, stall);
            } else if (one instanceof LocalParticipant local) {
                local.endpoint().tick();
            }
        });
    }
}
