package dev.psyne.rpc.internal.carrier;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** {@code tcp://host:port} and {@code unix:/path} as addresses of sockets. */
public final class SocketAddresses {
    private static final String TCP = "tcp";
    private static final String UNIX = "unix";
    private static final int MAX_PORT = 0xFFFF;

    private SocketAddresses() {}

    /**
     * The socket's address.
     *
     * @throws IllegalArgumentException if it is neither form
     */
    public static SocketAddress parse(String address) {
        try {
            URI uri = new URI(address);
            if (TCP.equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() >= 0
                    && uri.getPort() <= MAX_PORT
                    && (uri.getPath() == null || uri.getPath().isEmpty())) {
                String host = uri.getHost();
                return new InetSocketAddress(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
            }
            if (UNIX.equals(uri.getScheme())
                    && uri.getPath() != null
                    && !uri.getPath().isEmpty()) {
                return UnixDomainSocketAddress.of(Path.of(uri.getPath()));
            }
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException(refused(address), unreadable);
        }
        throw new IllegalArgumentException(refused(address));
    }

    /** The address as it is parsed. */
    public static String format(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet -> {
                String host = inet.getAddress() == null
                        ? inet.getHostString()
                        : inet.getAddress().getHostAddress();
                yield "tcp://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
            }
            case UnixDomainSocketAddress unix -> "unix:" + unix.getPath().toAbsolutePath();
            default -> address.toString();
        };
    }

    /** A socket that does not wait, for an address. */
    public static SocketChannel open(SocketAddress address) throws IOException {
        SocketChannel channel = of(address);
        channel.configureBlocking(false);
        return channel;
    }

    private static SocketChannel of(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    /** Connects, waiting for it. */
    public static SocketChannel connect(SocketAddress address) throws IOException {
        SocketChannel channel = of(address);
        boolean connected = false;
        try {
            channel.connect(address);
            withoutDelay(channel);
            connected = true;
            return channel;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    /** Small messages do not wait for more. */
    public static void withoutDelay(NetworkChannel channel) throws IOException {
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** Listens. */
    static ServerSocketChannel listen(SocketAddress address, int backlog) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel =
                unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        boolean bound = false;
        try {
            if (!unix) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(address, backlog);
            bound = true;
            return channel;
        } finally {
            if (!bound) {
                channel.close();
            }
        }
    }

    private static String refused(String address) {
        return "an address is tcp://host:port or unix:/path, or a client's ws://host:port/psyne, not '" + address + "'";
    }
}
