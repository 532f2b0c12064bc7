package dev.psyne.bench.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Inline;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.lang.foreign.Arena;
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

        /** Bytes that came. */
        long length(MemorySegment data);
    }

    private record Same() implements Echo {
        @Override
        public MemorySegment echo(MemorySegment data) {
            return data;
        }

        @Override
        public long length(MemorySegment data) {
            return data.byteSize();
        }
    }

    private static final MemorySegment MANY_BYTES = Arena.global().allocate(4 << 20);

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
        node.serve(Echo.class, new Same()).listen("tcp://127.0.0.1:" + port);
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

    /** Sends four megabytes, and again when they have come, until it is ended. */
    Bulk bulk() {
        Bulk bulk = new Bulk();
        scheduler.spawn(() -> {
            while (!bulk.ending) {
                bulk.bytes += echo.length(MANY_BYTES);
            }
            bulk.ended.countDown();
        });
        return bulk;
    }

    /** What goes beside other calls. */
    static final class Bulk {
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean ending;
        private long bytes;

        /** Waits for the last of it; bytes that have come. */
        long end() throws InterruptedException {
            ending = true;
            ended.await();
            return bytes;
        }
    }

    @Override
    public void close() {
        client.close();
        scheduler.close();
    }
}
