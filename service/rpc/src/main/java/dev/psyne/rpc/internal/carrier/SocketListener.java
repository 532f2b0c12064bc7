package dev.psyne.rpc.internal.carrier;

import dev.psyne.fiber.SelectorLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/** Takes connections at one address and hands them over, on its loop's thread. */
public final class SocketListener implements AutoCloseable {
    private static final int BACKLOG = 1_024;

    private final ServerSocketChannel channel;
    private final SocketAddress address;

    private SocketListener(ServerSocketChannel channel, SocketAddress address) {
        this.channel = channel;
        this.address = address;
    }

    /**
     * Listens. The file of a Unix socket can be opened by its owner alone; one that nobody listens at any more is replaced.
     *
     * @throws UncheckedIOException if it cannot be listened at
     */
    public static SocketListener start(SelectorLoop loop, SocketAddress address, Consumer<SocketChannel> accepted) {
        try {
            if (address instanceof UnixDomainSocketAddress unix) {
                removeStale(unix);
            }
            ServerSocketChannel channel = SocketAddresses.listen(address, BACKLOG);
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.setPosixFilePermissions(unix.getPath(), PosixFilePermissions.fromString("rw-------"));
            }
            channel.configureBlocking(false);
            SocketListener listener = new SocketListener(channel, channel.getLocalAddress());
            loop.execute(() -> listener.register(loop, accepted));
            return listener;
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "cannot listen at " + SocketAddresses.format(address) + ": " + refused.getMessage(), refused);
        }
    }

    /** Where it listens; a port that was left open is known here. */
    public SocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register(SelectorLoop loop, Consumer<SocketChannel> accepted) {
        try {
            loop.register(channel, SelectionKey.OP_ACCEPT, _ -> {
                for (SocketChannel peer = channel.accept(); peer != null; peer = channel.accept()) {
                    SocketAddresses.withoutDelay(peer);
                    accepted.accept(peer);
                }
            });
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static void removeStale(UnixDomainSocketAddress address) throws IOException {
        Path file = address.getPath();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (SocketChannel _ = SocketAddresses.connect(address)) {
            throw new IOException("another process listens there");
        } catch (ConnectException nobody) {
            Files.delete(file);
        }
    }
}
