package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The calls of others that run in one endpoint: so many of all callers and so many of each. Any thread may call. */
final class RunningCalls {
    private final String address;
    private final int limit;
    private final int limitOfCaller;
    private final Set<IncomingCall> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inside = new AtomicInteger();
    private final Map<String, Integer> ofCallers = new ConcurrentHashMap<>();

    /** None yet, at the endpoint of an address. */
    RunningCalls(String address, EndpointLimits limits) {
        this.address = address;
        this.limit = limits.callsInside();
        this.limitOfCaller = limits.callsOfCaller();
    }

    /**
     * Counts a call that is about to run.
     *
     * @throws HyphaException if as many run as may
     */
    void enter(IncomingCall call) {
        running.add(call);
        int all = inside.incrementAndGet();
        int[] own = new int[1];
        ofCallers.compute(call.caller(), (_, count) -> own[0] = count == null ? 1 : count + 1);
        if (own[0] > limitOfCaller) {
            leave(call);
            throw tooMany(limitOfCaller + " calls of " + call.caller() + " run");
        }
        if (all > limit) {
            leave(call);
            throw tooMany(limit + " calls run");
        }
    }

    /** A call has ended; one that has left before counts no more. */
    void leave(IncomingCall call) {
        if (running.remove(call)) {
            inside.decrementAndGet();
            ofCallers.computeIfPresent(call.caller(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    void forEach(Consumer<IncomingCall> action) {
        running.forEach(action);
    }

    private HyphaException tooMany(String what) {
        return new HyphaException(
                "RuntimeError: " + what + " at " + address + ", which is the limit: call again when some have ended");
    }
}
