package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A command's connection to a node by psyne.v2, for as long as the command runs. */
record NodeClient(Scheduler scheduler, RpcClient client) implements AutoCloseable {
    /** Connects; calls take as long as the person waits. */
    static NodeClient connect(String url, @Nullable String token) {
        RpcOptions options = RpcOptions.standard().named("psyne call").withTimeout(Duration.ZERO);
        Scheduler scheduler = Scheduler.create(1);
        boolean connected = false;
        try {
            RpcClient client = RpcClient.connect(
                    url, scheduler, token == null ? options : options.withToken(token), NodeClient::tell);
            connected = true;
            return new NodeClient(scheduler, client);
        } finally {
            if (!connected) {
                scheduler.close();
            }
        }
    }

    private static void tell(Throwable failure) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, failure);
    }

    @Override
    public void close() {
        client.close();
        scheduler.close();
    }
}
