package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import dev.psyne.net.HttpServer;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the node speaks psyne.v2: its models, and what its clients offer one another, over the WebSockets of its HTTP port and at
 * the addresses it was asked to listen at.
 */
record RpcPort(RpcNode node, List<String> addresses) implements AutoCloseable {
    /** Listens at {@code wanted}, if there are any. */
    static RpcPort of(
            List<String> wanted,
            Optional<String> token,
            Scheduler scheduler,
            Vision vision,
            ByteBudget budget,
            NodeCalls figures) {
        RpcOptions options = RpcOptions.standard().named("psyne " + Version.current());
        RpcNode node = RpcNode.start(scheduler, token.map(options::withToken).orElse(options), RpcPort::tell);
        boolean listening = false;
        try {
            node.serve(VisionCalls.class, new RpcVision(vision, scheduler, budget))
                    .serve(TeachingCalls.class, new RpcTeaching(vision.taught()))
                    .serve(NodeCalls.class, figures);
            RpcPort port = new RpcPort(node, wanted.stream().map(node::listen).toList());
            listening = true;
            return port;
        } finally {
            if (!listening) {
                node.close();
            }
        }
    }

    /** Adds the WebSockets. */
    void attach(HttpServer.Builder http) {
        http.webSocket(RpcEndpoint.PATH, RpcSockets.SUBPROTOCOL, new RpcSockets(node));
    }

    /** Starts what this is attached to; if that cannot be, closes this. */
    HttpServer closedUnless(Supplier<HttpServer> start) {
        boolean started = false;
        try {
            HttpServer running = start.get();
            started = true;
            return running;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** To whoever the process tells what nobody waits for. */
    private static void tell(Throwable failure) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, failure);
    }

    @Override
    public void close() {
        node.close();
    }
}
