package dev.psyne.bench.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Inline;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Our node and our client; calls that are under way at a time are made by as many fibers. */
final class PsyneEcho implements EchoClient {
    /** What is served. */
    public interface Echo {
        /** The same again. */
        @Inline
        MemorySegment echo(MemorySegment data);
    }

    private final Scheduler scheduler = Scheduler.create(1);
    private final MemorySegment data = MemorySegment.ofArray(new byte[BYTES]);
    private final RpcClient client;
    private final Echo echo;

    private PsyneEcho(String address) {
        this.client = RpcClient.connect(address, scheduler, RpcOptions.standard(), Throwable::printStackTrace);
        this.echo = client.service(Echo.class);
    }

    static AutoCloseable serve(int port) {
        Scheduler workers = Scheduler.create(1);
        RpcNode node = RpcNode.start(workers, RpcOptions.standard(), Throwable::printStackTrace);
        node.serve(Echo.class, same -> same).listen("tcp://127.0.0.1:" + port);
        return () -> {
            node.close();
            workers.close();
        };
    }

    static EchoClient connect(int port) {
        return new PsyneEcho("tcp://127.0.0.1:" + port);
    }

    @Override
    public void call() {
        echo.echo(data);
    }

    @Override
    public void calls(long count, int atOnce) throws InterruptedException {
        AtomicLong left = new AtomicLong(count);
        CountDownLatch ended = new CountDownLatch(atOnce);
        for (int i = 0; i < atOnce; i++) {
            scheduler.spawn(() -> {
                while (left.getAndDecrement() > 0) {
                    echo.echo(data);
                }
                ended.countDown();
            });
        }
        ended.await();
    }

    @Override
    public void close() {
        client.close();
        scheduler.close();
    }
}
