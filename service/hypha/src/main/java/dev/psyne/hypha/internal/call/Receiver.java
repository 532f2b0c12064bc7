package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.internal.wire.Extra;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.rpc.BrokenFrameException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes an endpoint's frames to what they are for: a call of a service, an answer, a callback or an event. */
final class Receiver {
    private static final String SERVICES = "services.";

    private final Endpoint endpoint;
    private final Services services;
    private final Executor jobs;
    private final RunningCalls running;
    private final Map<String, List<Consumer<Map<String, @Nullable Object>>>> events = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Receiver(Endpoint endpoint, Services services, Executor jobs, RunningCalls running) {
        this.endpoint = endpoint;
        this.services = services;
        this.jobs = jobs;
        this.running = running;
    }

    void on(String type, Consumer<Map<String, @Nullable Object>> event) {
        events.computeIfAbsent(type, _ -> new CopyOnWriteArrayList<>()).add(event);
    }

    void receive(Frame frame) {
        String type = frame.type();
        if (closed || type == null) {
            return;
        }
        if (!type.equals("method")) {
            if (type.equals("peer_not_found") && isFromServer(frame)) {
                peerNotFound(frame);
            }
            events.getOrDefault(type, List.of()).forEach(event -> event.accept(frame.main()));
            return;
        }
        String caller = frame.from();
        String path = frame.method();
        if (caller == null || path == null) {
            return;
        }
        if (path.startsWith(SERVICES)) {
            serve(frame, caller, path.substring(SERVICES.length()));
        } else {
            session(frame, caller, path);
        }
    }

    private void serve(Frame frame, String caller, String path) {
        try {
            HyphaMethod method = services.method(path, caller);
            if (method == null) {
                throw new HyphaException(
                        "Exception: Method not found: " + caller + ":" + frame.method() + " at " + endpoint.address());
            }
            start(new IncomingCall(endpoint, frame, caller, method));
        } catch (HyphaException e) {
            refuse(frame, caller, e);
        }
    }

    private void session(Frame frame, String caller, String path) {
        int dot = path.lastIndexOf('.');
        Session session = dot < 0 ? null : endpoint.sessions().find(path.substring(0, dot));
        String name = path.substring(dot + 1);
        if (session == null) {
            refuse(frame, caller, new HyphaException("Exception: Session not found: " + caller + ":" + path));
        } else if (!session.isWith(caller)) {
            refuse(
                    frame,
                    caller,
                    new HyphaException("PermissionError: Access denied for method call (" + path + ") from " + caller
                            + " to target " + session.target()));
        } else {
            session.heard(endpoint.now());
            switch (name) {
                case "heartbeat" -> {}
                case "resolve", "reject" -> settleSoon(session, frame, caller, name.equals("resolve"));
                default -> callback(session, frame, caller, name);
            }
        }
    }

    private void callback(Session session, Frame frame, String caller, String name) {
        HyphaMethod method = session.object(name);
        try {
            if (method == null) {
                throw new HyphaException("Exception: Method expired or not found: " + caller + ":" + frame.method());
            }
            start(new IncomingCall(endpoint, frame, caller, method));
        } catch (HyphaException e) {
            refuse(frame, caller, e);
        }
    }

    private void start(IncomingCall call) {
        running.enter(call);
        try {
            jobs.execute(call);
        } catch (RejectedExecutionException e) {
            left(call);
            throw new HyphaException("RuntimeError: " + endpoint.address() + " takes no calls now: " + e.getMessage());
        }
    }

    void left(IncomingCall call) {
        running.leave(call);
    }

    /** Tells a caller why nothing of its call runs; one that waits for nothing is not told. */
    private void refuse(Frame frame, String caller, HyphaException reason) {
        String session = frame.session();
        if (session != null) {
            CompletableFuture<@Nullable Object> _ = endpoint.answer(caller, session, null, reason);
        }
    }

    /** What waits for the answer runs in a job, not where the frame came in. */
    private void settleSoon(Session session, Frame frame, String caller, boolean resolved) {
        CompletableFuture<@Nullable Object> answer = session.answer();
        if (answer == null) {
            return;
        }
        try {
            jobs.execute(() -> settle(answer, session, frame, caller, resolved));
        } catch (RejectedExecutionException e) {
            settle(answer, session, frame, caller, resolved);
        }
    }

    private void settle(
            CompletableFuture<@Nullable Object> answer, Session session, Frame frame, String caller, boolean resolved) {
        try {
            List<@Nullable Object> arguments = Extra.read(frame.extra()).arguments();
            Object value = arguments.isEmpty() ? null : arguments.getFirst();
            if (!session.options().raw() || !resolved) {
                value = endpoint.decoder(caller, frame.session()).decode(value);
            }
            if (resolved) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(
                        value instanceof HyphaException told ? told : new HyphaException(String.valueOf(value)));
            }
        } catch (BrokenFrameException | IllegalArgumentException e) {
            answer.completeExceptionally(
                    new HyphaException("ValueError: the answer cannot be read: " + e.getMessage(), e));
        }
    }

    /** Whether the server itself says it: the router writes a sender into what clients send. */
    private static boolean isFromServer(Frame frame) {
        String from = frame.from();
        return from == null || from.startsWith("*/");
    }

    private void peerNotFound(Frame frame) {
        String id = frame.session();
        Session session = id == null ? null : endpoint.sessions().find(id);
        if (session != null) {
            String error = frame.text("error");
            session.fail(new HyphaException(error != null ? error : "Peer " + session.target() + " is not connected"));
        }
        String peer = frame.text("peer_id");
        if (peer != null) {
            endpoint.peerLost(peer, "Peer " + peer + " is not connected");
        }
    }

    /** Interrupts the calls of a peer. */
    void cancel(String caller) {
        running.forEach(call -> {
            if (call.caller().equals(caller)) {
                call.cancel();
            }
        });
    }

    void beat(long now) {
        running.forEach(call -> call.beat(now));
    }

    /** Interrupts all calls and takes no frames any more. */
    void close() {
        closed = true;
        running.forEach(IncomingCall::cancel);
    }
}
