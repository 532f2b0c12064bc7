package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.internal.wire.Extra;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.hypha.internal.wire.ValueDecoder;
import dev.psyne.rpc.BrokenFrameException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call of a peer, from its frame to its answer. Runs as one job; its answer may come later. */
final class IncomingCall implements HyphaCall, Runnable {
    private static final double MIN_INTERVAL_SECONDS = 1;
    private static final double MAX_INTERVAL_SECONDS = 3_600;

    private final Endpoint endpoint;
    private final Frame frame;
    private final String caller;
    private final HyphaMethod method;
    private List<@Nullable Object> arguments = List.of();
    private Map<String, @Nullable Object> keywords = Map.of();
    private boolean broken = true;
    private boolean promise;
    private @Nullable Thread runner;
    private volatile long intervalNanos = Long.MAX_VALUE;
    private volatile long beatNanos;
    private volatile boolean cancelled;

    IncomingCall(Endpoint endpoint, Frame frame, String caller, HyphaMethod method) {
        this.endpoint = endpoint;
        this.frame = frame;
        this.caller = caller;
        this.method = method;
        this.beatNanos = endpoint.now();
    }

    @Override
    public void run() {
        if (!enter()) {
            endpoint.left(this);
            return;
        }
        Object result = null;
        Throwable failure = null;
        try {
            read();
            result = method.invoke(this);
        } catch (Exception | Error e) {
            failure = e;
        } finally {
            exit();
        }
        if (result instanceof CompletionStage<?> later) {
            later.whenComplete(this::answer);
        } else {
            answer(result, failure);
        }
    }

    private void read() {
        Extra extra;
        try {
            extra = Extra.read(frame.extra());
        } catch (BrokenFrameException e) {
            throw new HyphaException("ValueError: the call cannot be read: " + e.reason(), e);
        }
        broken = false;
        promise = extra.promise();
        double seconds = Math.clamp(extra.intervalSeconds(), MIN_INTERVAL_SECONDS, MAX_INTERVAL_SECONDS);
        intervalNanos = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        ValueDecoder decoder = endpoint.decoder(caller, frame.session());
        try {
            decoder.decode(extra.arguments());
            decoder.decode(extra.keywords());
        } catch (IllegalArgumentException e) {
            throw new HyphaException("ValueError: the call cannot be read: " + e.getMessage(), e);
        }
        arguments = extra.arguments();
        keywords = extra.keywords();
    }

    private void answer(@Nullable Object result, @Nullable Throwable cause) {
        String session = frame.session();
        if (session == null || !promise && !broken) {
            endpoint.left(this);
            if (cause != null && !(cause instanceof HyphaException) && !cancelled) {
                throw new IllegalStateException(
                        "the method " + frame.method() + " failed, and nobody waits for it", cause);
            }
            return;
        }
        if (cancelled) {
            endpoint.left(this);
            return;
        }
        endpoint.answer(caller, session, result, cause).whenComplete((_, _) -> endpoint.left(this));
    }

    /** Tells the caller, if it is time to, that the call still runs. */
    void beat(long now) {
        String session = frame.session();
        if (promise && session != null && now - beatNanos >= intervalNanos) {
            beatNanos = now;
            endpoint.heartbeat(caller, session);
        }
    }

    private synchronized boolean enter() {
        if (!cancelled) {
            runner = Thread.currentThread();
        }
        return !cancelled;
    }

    private synchronized void exit() {
        runner = null;
        if (cancelled) {
            boolean _ = Thread.interrupted();
        }
    }

    /** Nobody waits for the answer any more: interrupts the method. */
    synchronized void cancel() {
        cancelled = true;
        if (runner != null) {
            runner.interrupt();
        }
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public String caller() {
        return caller;
    }

    @Override
    public List<@Nullable Object> arguments() {
        return arguments;
    }

    @Override
    public Map<String, @Nullable Object> keywords() {
        return keywords;
    }

    @Override
    public Map<String, @Nullable Object> context() {
        return Collections.unmodifiableMap(frame.main());
    }
}
