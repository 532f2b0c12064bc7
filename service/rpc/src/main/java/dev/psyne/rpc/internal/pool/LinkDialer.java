package dev.psyne.rpc.internal.pool;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.carrier.SocketAddresses;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.Link;
import dev.psyne.rpc.internal.service.LinkFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects to whatever address it is given: sockets on a loop, without a thread that waits; the others in jobs. */
public final class LinkDialer implements Dialer {
    private final SelectorLoop loop;
    private final LinkFactory links;
    private final Scheduler scheduler;
    private final Consumer<Throwable> failures;

    /**
     * Connects on {@code loop}.
     *
     * @param scheduler where hosts are looked up, because that waits
     * @param failures is told what goes wrong later
     */
    public LinkDialer(SelectorLoop loop, LinkFactory links, Scheduler scheduler, Consumer<Throwable> failures) {
        this.loop = loop;
        this.links = links;
        this.scheduler = scheduler;
        this.failures = failures;
    }

    @Override
    public Dialing dial(String address, Caller caller) {
        Connecting connecting = new Connecting(address, caller);
        try {
            scheduler.spawn(connecting::begin);
        } catch (JobRejectedException full) {
            onLoop(() -> connecting.failed(new IOException("there is no time to look up the host", full)));
        }
        return connecting;
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            // The loop has closed the sockets of those who would have been told.
        }
    }

    /** One connection; what changes does so on the loop's thread. */
    private final class Connecting implements Dialing {
        private final String address;
        private final Caller caller;
        private @Nullable SocketChannel channel;
        private volatile @Nullable Link link;
        private @Nullable Failure given;

        private Connecting(String address, Caller caller) {
            this.address = address;
            this.caller = caller;
        }

        /** In a job. */
        private void begin() {
            if (LinkFactory.isSocket(address)) {
                SocketAddress at = SocketAddresses.parse(address);
                onLoop(() -> begin(at));
                return;
            }
            try {
                Link opened = links.connect(address, loop, caller, failures);
                onLoop(() -> connected(opened));
            } catch (IOException nobody) {
                onLoop(() -> failed(nobody));
            } catch (RpcException refused) {
                onLoop(() -> caller.failed(new Failure(refused.code(), String.valueOf(refused.getMessage())), null));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                onLoop(() -> failed(new InterruptedIOException("the thread was interrupted while it connected")));
            }
        }

        private void connected(Link opened) {
            link = opened;
            Failure early = given;
            if (early != null) {
                opened.connection().close(early);
            }
        }

        private void begin(SocketAddress at) {
            if (given != null) {
                return;
            }
            try {
                SocketChannel opened = SocketAddresses.open(at);
                channel = opened;
                if (opened.connect(at)) {
                    connected(opened);
                } else {
                    loop.register(opened, SelectionKey.OP_CONNECT, key -> finish(opened, key));
                }
            } catch (IOException nobody) {
                failed(nobody);
            } catch (UnresolvedAddressException unknown) {
                failed(new IOException("the host is not known", unknown));
            }
        }

        private void finish(SocketChannel opened, SelectionKey key) {
            try {
                if (opened.finishConnect()) {
                    key.interestOps(0);
                    connected(opened);
                }
            } catch (IOException nobody) {
                failed(nobody);
            }
        }

        private void connected(SocketChannel opened) throws IOException {
            SocketAddresses.withoutDelay(opened);
            try {
                link = links.open(true, loop, opened, address, caller);
            } catch (RejectedExecutionException ended) {
                // The client was closed meanwhile: nobody waits for this.
                close();
            }
        }

        private void failed(IOException reason) {
            close();
            String message = reason.getMessage();
            String why = message == null ? reason.getClass().getSimpleName() : message;
            caller.failed(new Failure(Failure.UNAVAILABLE, why), reason);
        }

        private void close() {
            SocketChannel opened = channel;
            if (opened != null) {
                try {
                    opened.close();
                } catch (IOException alreadyGone) {
                    // The descriptor is gone either way.
                }
            }
        }

        @Override
        public void end(Failure reason) {
            Link opened = link;
            if (opened == null) {
                onLoop(() -> giveUp(reason));
            } else {
                opened.connection().close(reason);
            }
        }

        private void giveUp(Failure reason) {
            given = reason;
            Link opened = link;
            if (opened == null) {
                close();
            } else {
                opened.connection().close(reason);
            }
        }
    }
}
