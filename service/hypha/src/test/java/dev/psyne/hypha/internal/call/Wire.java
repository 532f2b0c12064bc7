package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.internal.wire.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Endpoints joined by a router that does what hypha's does with a frame: bytes in, addresses and user set, bytes out. */
final class Wire {
    final AtomicLong nanos = new AtomicLong();
    final List<Frame> sent = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final Executor jobs = job -> Thread.ofVirtual().start(job);

    Endpoint join(String address) {
        return join(address, EndpointLimits.standard());
    }

    Endpoint join(String address, EndpointLimits limits) {
        Endpoint endpoint = new Endpoint(address, frame -> route(address, frame), jobs, nanos::get, limits);
        endpoints.put(address, endpoint);
        return endpoint;
    }

    /** From here on frames to this address go nowhere. */
    void leave(String address) {
        endpoints.remove(address);
    }

    void route(String from, Frame frame) {
        Frame routed = Frame.read(frame.toBytes());
        String to = String.valueOf(frame.to());
        routed.main().put("from", from);
        routed.main().put("ws", from.startsWith("*/") ? to.split("/", 2)[0] : from.split("/", 2)[0]);
        routed.main().put("user", new HashMap<>(Map.of("id", "user-of-" + from)));
        sent.add(routed);
        Endpoint target = endpoints.get(to);
        if (target != null) {
            target.receive(Frame.read(routed.toBytes()));
        }
    }
}
