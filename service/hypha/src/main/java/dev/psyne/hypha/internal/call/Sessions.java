package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The open sessions of an endpoint, by id. */
final class Sessions {
    /** How long a result is kept that nobody reaches into: as hypha's clients. */
    static final Duration RESULT_IDLE = Duration.ofMinutes(10);

    private static final CallOptions RESULT = CallOptions.STANDARD.silence(RESULT_IDLE);
    private static final int ID_BITS = 80;

    private final Map<String, Session> open = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong();
    private final String prefix;
    private final int limit;
    private final Executor jobs;
    private final LongSupplier nanoClock;
    private volatile @Nullable String closed;

    /** No sessions; generators in them are closed by jobs. */
    Sessions(int limit, Executor jobs, LongSupplier nanoClock) {
        this.limit = limit;
        this.jobs = jobs;
        this.nanoClock = nanoClock;
        this.prefix = new BigInteger(ID_BITS, new SecureRandom()).toString(Character.MAX_RADIX);
    }

    /** A name that no other session or object has. */
    String newId() {
        return prefix + Long.toString(next.incrementAndGet(), Character.MAX_RADIX);
    }

    /** Opens the session of a call that waits for {@code answer}. */
    Session call(String target, CompletableFuture<@Nullable Object> answer, CallOptions options) {
        return add(new Session(newId(), target, answer, options, nanoClock.getAsLong()));
    }

    /** Opens the session of a result. */
    Session result(String target) {
        return add(new Session(newId(), target, null, RESULT, nanoClock.getAsLong()));
    }

    private Session add(Session session) {
        if (open.size() >= limit) {
            throw new HyphaException("RuntimeError: " + limit + " sessions are open: wait for some calls to end");
        }
        open.put(session.id(), session);
        String reason = closed;
        if (reason != null) {
            open.remove(session.id());
            throw new HyphaException("ConnectionError: " + reason);
        }
        return session;
    }

    @Nullable
    Session find(String id) {
        return open.get(id);
    }

    int size() {
        return open.size();
    }

    /** Ends a session whose call is answered. */
    void remove(Session session) {
        if (open.remove(session.id(), session)) {
            for (LocalGenerator generator : session.clear()) {
                jobs.execute(() -> end(generator));
            }
        }
    }

    /** Drops one object, and the session with it if it is a result with nothing more in it. */
    void drop(Session session, String object) {
        if (session.drop(object) && session.answer() == null) {
            remove(session);
        }
    }

    /** Ends the sessions with a peer. */
    void peerLost(String address, String reason) {
        end(session -> session.isWith(address), _ -> reason);
    }

    /** Ends the sessions of which nothing was heard. */
    void tick(long now) {
        end(session -> session.silent(now), session -> "TimeoutError: " + session.silence());
    }

    /** Ends all sessions and opens none any more. */
    void close(String reason) {
        closed = reason;
        end(_ -> true, _ -> "ConnectionError: " + reason);
    }

    private static void end(LocalGenerator generator) {
        try {
            generator.close();
        } catch (Exception e) {
            throw new IllegalStateException("a generator's source could not be closed", e);
        }
    }

    private void end(Predicate<Session> which, Function<Session, String> reason) {
        for (Session session : open.values()) {
            if (which.test(session)) {
                remove(session);
                CompletableFuture<@Nullable Object> answer = session.answer();
                if (answer != null) {
                    answer.completeExceptionally(new HyphaException(reason.apply(session)));
                }
            }
        }
    }
}
