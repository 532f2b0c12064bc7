package dev.psyne.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.internal.carrier.IpcAddress;
import dev.psyne.rpc.internal.carrier.IpcListener;
import dev.psyne.rpc.internal.carrier.SocketAddresses;
import dev.psyne.rpc.internal.carrier.SocketListener;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.service.Directory;
import dev.psyne.rpc.internal.service.Link;
import dev.psyne.rpc.internal.service.LinkFactory;
import dev.psyne.rpc.internal.service.ServiceContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves Java interfaces to clients over {@code tcp:}, {@code unix:}, {@code ipc:} and whatever else keeps messages whole, and passes
 * calls on between clients that offer services to
 * one another. Methods run as jobs of a scheduler, which stays its owner's.
 *
 * <pre>{@code
 * try (RpcNode node = RpcNode.start(scheduler, RpcOptions.standard())) {
 *     node.serve(Greeter.class, name -> "hello " + name);
 *     String address = node.listen("tcp://127.0.0.1:0");
 *     …
 * }
 * }</pre>
 *
 * <p>Any thread may call. Without a token only addresses of this machine are listened at.
 */
public final class RpcNode implements AutoCloseable {
    private static final int CORES_PER_LOOP = 2;

    private final RpcOptions options;
    private final Consumer<Throwable> failures;
    private final Directory directory = new Directory();
    private final LinkFactory factory;
    private final List<SelectorLoop> loops = new ArrayList<>();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final List<SocketListener> listeners = new CopyOnWriteArrayList<>();
    private final List<IpcListener> doors = new CopyOnWriteArrayList<>();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private RpcNode(Scheduler scheduler, RpcOptions options, Consumer<Throwable> failures) {
        this.options = options;
        this.failures = failures;
        this.factory = new LinkFactory(scheduler, directory, options);
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / CORES_PER_LOOP);
        for (int i = 0; i < count; i++) {
            loops.add(SelectorLoop.start("psyne-rpc-" + (i + 1), failures));
        }
    }

    /**
     * A node without services that listens nowhere yet.
     *
     * @param scheduler where methods run
     * @param failures is told what goes wrong where nobody waits for it
     */
    public static RpcNode start(Scheduler scheduler, RpcOptions options, Consumer<Throwable> failures) {
        return new RpcNode(scheduler, options, failures);
    }

    /** Serves an interface under its simple name; otherwise as {@link #serve(String, Class, Object)}. */
    public <S> RpcNode serve(Class<S> type, S implementation) {
        return serve(ServiceContract.of(type).name(), type, implementation);
    }

    /**
     * Serves an object from here on.
     *
     * @param type the service: an interface over records, tensors and streams
     * @throws SchemaException if the interface cannot be a service
     * @throws IllegalArgumentException if the name is another's
     */
    public <S> RpcNode serve(String name, Class<S> type, S implementation) {
        directory.serve(name, ServiceContract.of(type), implementation);
        return this;
    }

    /**
     * Takes connections at an address.
     *
     * @param address {@code tcp://host:port}, with port 0 for any that is free, {@code unix:/path} or {@code ipc:name}, with
     *     {@code ?wait=spin} if a thread is to look for calls all the time
     * @return the address, with the port that was taken
     * @throws IllegalArgumentException if it is none, or not of this machine and there is no token
     * @throws UncheckedIOException if it cannot be listened at
     */
    public String listen(String address) {
        if (IpcAddress.isOne(address)) {
            doors.add(IpcListener.start(
                    IpcAddress.parse(address),
                    rings -> factory.accept(nextLoop(), rings, new Door(false), failures),
                    failures));
            return address;
        }
        SocketAddress parsed = SocketAddresses.parse(address);
        if (parsed instanceof InetSocketAddress inet && options.token() == null && !isLoopback(inet)) {
            throw new IllegalArgumentException(
                    address + " can be reached from other machines: give a token, or listen at 127.0.0.1");
        }
        SocketListener listener = SocketListener.start(loops.getFirst(), parsed, this::accept);
        listeners.add(listener);
        factory.sharing().listen(listener.address(), failures);
        return SocketAddresses.format(listener.address());
    }

    /**
     * Takes a connection that another has opened, such as an HTTP server a WebSocket. The other has let the peer in: one that gives
     * no token with its first frame is asked for none.
     *
     * @return what {@code socket} tells from here on
     * @throws IllegalStateException if the node is closed
     */
    public MessageSocket.Events accept(MessageSocket socket) {
        try {
            return factory.accept(nextLoop(), socket, new Door(true));
        } catch (RejectedExecutionException stopped) {
            throw new IllegalStateException("the node is closed", stopped);
        }
    }

    /**
     * Opens a file whose tensors the services here return by reference to clients that share this machine's memory.
     *
     * @throws UncheckedIOException if it cannot be opened or mapped
     */
    public SharedFile share(Path file) {
        return factory.sharing().open(file);
    }

    /** The names of all services, those that clients offer too. */
    public List<String> services() {
        return directory.names();
    }

    /** What the calls of each method have been so far that this node serves; it looks into none that it passes on. */
    public List<MethodStatistics> methodStatistics() {
        return directory.meters().statistics();
    }

    /** Connected clients. */
    public int connections() {
        return links.size();
    }

    /** Calls of all clients that are under way. */
    public int callsIn() {
        return links.stream().mapToInt(link -> link.connection().callsIn()).sum();
    }

    /** Ends every connection; its calls fail as {@code unavailable}. */
    @Override
    public void close() {
        closed = true;
        listeners.forEach(SocketListener::close);
        doors.forEach(IpcListener::close);
        factory.sharing().close();
        links.forEach(link -> link.connection().close(new Failure(Failure.UNAVAILABLE, "the node is stopping")));
        loops.forEach(SelectorLoop::close);
    }

    private void accept(SocketChannel socket) {
        try {
            factory.open(false, nextLoop(), socket, "a client", new Door(false));
        } catch (IOException gone) {
            failures.accept(gone);
        } catch (RejectedExecutionException stopping) {
            closeRefused(socket);
        }
    }

    /** It came while the node was being closed. */
    private void closeRefused(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            failures.accept(gone);
        }
    }

    private SelectorLoop nextLoop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }

    private final class Door implements Link.Admission {
        private final boolean isLetIn;

        /** {@code isLetIn} if the peer has been asked for the token already. */
        private Door(boolean isLetIn) {
            this.isLetIn = isLetIn;
        }

        @Override
        public @Nullable Failure opened(Link link, Hello peer) {
            String token = options.token();
            boolean hasShown = isLetIn && peer.token() == null;
            if (token != null && !hasShown && !isEqual(token, peer.token())) {
                return new Failure(
                        Failure.PERMISSION_DENIED,
                        "the token is " + (peer.token() == null ? "missing" : "not the node's"));
            }
            links.add(link);
            return closed ? new Failure(Failure.UNAVAILABLE, "the node is stopping") : null;
        }

        @Override
        public void closed(Link link, Failure reason) {
            links.remove(link);
        }

        /** Takes as long whatever was given. */
        private static boolean isEqual(String token, @Nullable String given) {
            return MessageDigest.isEqual(
                    token.getBytes(StandardCharsets.UTF_8),
                    (given == null ? "" : given).getBytes(StandardCharsets.UTF_8));
        }
    }
}
