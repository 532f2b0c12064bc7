package dev.psyne.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Timing;
import dev.psyne.rpc.internal.pool.LinkDialer;
import dev.psyne.rpc.internal.pool.OfferedServices;
import dev.psyne.rpc.internal.pool.PooledDirectory;
import dev.psyne.rpc.internal.pool.PooledService;
import dev.psyne.rpc.internal.pool.TargetPool;
import dev.psyne.rpc.internal.service.DescribedStub;
import dev.psyne.rpc.internal.service.Directory;
import dev.psyne.rpc.internal.service.LinkFactory;
import dev.psyne.rpc.internal.service.OfferedService;
import dev.psyne.rpc.internal.service.ServiceContract;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Calls services of nodes that serve the same, and offers some through them. Any thread may call; each waits for its own
 * answer, and a fiber gives its worker away while it does. Connections that are lost are made again, and services that were
 * found or offered stay so; {@link PoolOptions} says how.
 *
 * <pre>{@code
 * try (RpcClient client = RpcClient.connect("tcp://127.0.0.1:9400", scheduler, RpcOptions.standard(), failures)) {
 *     Greeter greeter = client.service(Greeter.class);
 *     greeter.greet("world");
 * }
 * }</pre>
 */
public final class RpcClient implements AutoCloseable {
    private static final int CLIENT_ID_BYTES = 16;
    private static final int MAX_ADDRESSES = 64;
    private static final Failure CLOSED = new Failure(Failure.UNAVAILABLE, "the client has closed the connection");

    private final SelectorLoop loop;
    private final TargetPool pool;
    private final OfferedServices offered;
    private final Directory directory;
    private final long timeoutMillis;

    private RpcClient(
            SelectorLoop loop, TargetPool pool, OfferedServices offered, Directory directory, long timeoutMillis) {
        this.directory = directory;
        this.loop = loop;
        this.pool = pool;
        this.offered = offered;
        this.timeoutMillis = timeoutMillis;
    }

    /** As {@link #connect(List, Scheduler, RpcOptions, Consumer)}, with addresses that commas separate. */
    public static RpcClient connect(
            String addresses, Scheduler scheduler, RpcOptions options, Consumer<Throwable> failures) {
        return connect(List.of(addresses.split(",", -1)), scheduler, options, failures);
    }

    /**
     * Connects, and waits until a node has let this client in. The others are tried for as long as the client lives, as is one
     * whose connection is lost.
     *
     * @param addresses of nodes that serve the same: {@code tcp://host:port}, {@code unix:/path},
     *     {@code ws://host:port/psyne}, {@code http://host:port} or {@code ipc:name}, the last with {@code ?wait=spin} if
     *     callers are to look for their answers all the time
     * @param scheduler where services that are offered run, and items are sent
     * @param failures is told what goes wrong where nobody waits for it, such as a node that turns this client away
     * @throws IllegalArgumentException if there are none, or one cannot be read
     * @throws UncheckedIOException if nobody listens at any
     * @throws RpcException if no node lets it in; the message says why of each
     */
    public static RpcClient connect(
            List<String> addresses, Scheduler scheduler, RpcOptions options, Consumer<Throwable> failures) {
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    "a client has 1 to " + MAX_ADDRESSES + " addresses, not " + addresses.size());
        }
        addresses.forEach(LinkFactory::check);
        SelectorLoop loop = SelectorLoop.start("psyne-rpc-client", failures);
        Directory directory = new Directory();
        LinkFactory links = new LinkFactory(scheduler, directory, options, clientId());
        TargetPool pool = TargetPool.start(
                addresses,
                new TargetPool.Parts(
                        new LinkDialer(loop, links, scheduler, failures),
                        Timing.of(loop),
                        new SplittableRandom(),
                        failures),
                options.pool());
        boolean connected = false;
        try {
            pool.awaitOpen();
            connected = true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RpcException(
                    Failure.CANCELLED,
                    "the thread was interrupted while it connected to " + String.join(", ", addresses));
        } finally {
            if (!connected) {
                pool.close(CLOSED);
                loop.close();
            }
        }
        long timeoutMillis = options.timeout().toMillis();
        return new RpcClient(loop, pool, new OfferedServices(pool, scheduler, timeoutMillis), directory, timeoutMillis);
    }

    /** By which a node knows that an offer comes from the client that made it before. Not to be guessed: it is as good as a key. */
    private static String clientId() {
        byte[] random = new byte[CLIENT_ID_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The service of an interface's simple name; otherwise as {@link #service(String, Class)}. */
    public <S> S service(Class<S> type) {
        return service(ServiceContract.of(type).name(), type);
    }

    /**
     * A service that the node has or knows. What its methods throw is an {@link RpcException} with the callee's code.
     *
     * @throws SchemaException if the interface cannot be a service
     * @throws RpcException {@code not_found}, or {@code schema_mismatch} if the two schemas cannot follow one another
     */
    public <S> S service(String name, Class<S> type) {
        return PooledService.of(pool, name, type, timeoutMillis);
    }

    /**
     * A service by what its schema says, for those who have no interface of it. It is one connection's and ends with it.
     *
     * @throws RpcException {@code not_found}
     */
    public DescribedService described(String name) {
        return DescribedStub.find(pool.link(), name, timeoutMillis);
    }

    /**
     * A service that is called by names, whether it has a schema or not. It is one connection's and ends with it.
     *
     * @throws RpcException {@code not_found}
     */
    public NamedService service(String name) {
        return pool.link().service(name, timeoutMillis);
    }

    /**
     * Offers an object to all who are connected to the nodes, for as long as this client is; to a node that cannot be reached
     * now when it can.
     *
     * @return the name by which they find it
     */
    public <S> String offer(String name, Class<S> type, S implementation) {
        return offered.offer(OfferedService.of(name, ServiceContract.of(type), implementation));
    }

    /** Ends an offer. */
    public void withdraw(String name) {
        offered.withdraw(name);
    }

    /** The names of the services that the node has or knows. */
    public List<String> services() {
        return new PooledDirectory(pool, timeoutMillis).services();
    }

    /** What the calls of each method have been so far: those made through this client, and those to services that it offers. */
    public List<MethodStatistics> methodStatistics() {
        return directory.meters().statistics();
    }

    /**
     * Tensors in memory that this client shares with the node and, through it, with others on this machine. They are one
     * connection's and end with it; over another they are sent as all tensors are.
     *
     * @throws RpcException if no connection is open
     */
    public SharedTensors sharedTensors() {
        return pool.link().regions();
    }

    /** Calls under way to services that are offered here. */
    public int callsIn() {
        return pool.callsIn();
    }

    /** Open connections, to all addresses. */
    public int connections() {
        return pool.open();
    }

    /** Ends its connections; calls under way fail as {@code unavailable}. */
    @Override
    public void close() {
        pool.close(CLOSED);
        loop.close();
    }
}
