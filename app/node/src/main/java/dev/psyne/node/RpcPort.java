package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.util.List;
import java.util.Optional;

/** Where the node speaks psyne.v2, if it was asked to: its models, and what its clients offer one another. */
record RpcPort(Optional<RpcNode> node, List<String> addresses) implements AutoCloseable {
    /** Listens at {@code wanted}; at nothing if that is empty. */
    static RpcPort of(
            List<String> wanted, Optional<String> token, Scheduler scheduler, Vision vision, ByteBudget budget) {
        if (wanted.isEmpty()) {
            return new RpcPort(Optional.empty(), List.of());
        }
        RpcOptions options = RpcOptions.standard().named("psyne " + Version.current());
        RpcNode node = RpcNode.start(scheduler, token.map(options::withToken).orElse(options), RpcPort::tell);
        boolean listening = false;
        try {
            node.serve(VisionCalls.class, new RpcVision(vision, scheduler, budget));
            RpcPort port = new RpcPort(
                    Optional.of(node), wanted.stream().map(node::listen).toList());
            listening = true;
            return port;
        } finally {
            if (!listening) {
                node.close();
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
        node.ifPresent(RpcNode::close);
    }
}
