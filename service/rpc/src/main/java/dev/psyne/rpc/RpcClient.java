package dev.psyne.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.service.DescribedStub;
import dev.psyne.rpc.internal.service.Directory;
import dev.psyne.rpc.internal.service.Link;
import dev.psyne.rpc.internal.service.LinkFactory;
import dev.psyne.rpc.internal.service.ServiceContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls services of a node, and offers some through it, over one connection. Any thread may call; each waits for its own
 * answer, and a fiber gives its worker away while it does.
 *
 * <pre>{@code
 * try (RpcClient client = RpcClient.connect("tcp://127.0.0.1:9400", scheduler, RpcOptions.standard(), failures)) {
 *     Greeter greeter = client.service(Greeter.class);
 *     greeter.greet("world");
 * }
 * }</pre>
 */
public final class RpcClient implements AutoCloseable {
    private static final long HELLO_MILLIS = 10_000;

    private final SelectorLoop loop;
    private final Link link;
    private final long timeoutMillis;

    private RpcClient(SelectorLoop loop, Link link, long timeoutMillis) {
        this.loop = loop;
        this.link = link;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Connects, and waits until the node has let this client in.
     *
     * @param address {@code tcp://host:port}, {@code unix:/path}, {@code ws://host:port/psyne}, {@code http://host:port} or
     *     {@code ipc:name}, the last with {@code ?wait=spin} if callers are to look for their answers all the time
     * @param scheduler where services that are offered run, and items are sent
     * @param failures is told what goes wrong where nobody waits for it
     * @throws IllegalArgumentException if {@code address} is none
     * @throws UncheckedIOException if nobody listens there
     * @throws RpcException if the node does not let it in
     */
    public static RpcClient connect(
            String address, Scheduler scheduler, RpcOptions options, Consumer<Throwable> failures) {
        SelectorLoop loop = SelectorLoop.start("psyne-rpc-client", failures);
        boolean connected = false;
        try {
            LinkFactory factory = new LinkFactory(scheduler, new Directory(), options);
            Link link = factory.connect(address, loop, new Anyone(), failures);
            Failure refused = link.awaitOpened(HELLO_MILLIS);
            if (refused != null) {
                link.connection().close(refused);
                throw new RpcException(refused.code(), refused.message());
            }
            connected = true;
            return new RpcClient(loop, link, options.timeout().toMillis());
        } catch (IOException nobody) {
            throw new UncheckedIOException("cannot connect to " + address + ": " + nobody.getMessage(), nobody);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RpcException(Failure.CANCELLED, "the thread was interrupted while it connected to " + address);
        } finally {
            if (!connected) {
                loop.close();
            }
        }
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
        return link.service(name, type, timeoutMillis);
    }

    /**
     * A service by what its schema says, for those who have no interface of it.
     *
     * @throws RpcException {@code not_found}
     */
    public DescribedService described(String name) {
        return DescribedStub.find(link, name, timeoutMillis);
    }

    /**
     * A service that is called by names, whether it has a schema or not.
     *
     * @throws RpcException {@code not_found}
     */
    public NamedService service(String name) {
        return link.service(name, timeoutMillis);
    }

    /**
     * Offers an object to all who are connected to the node, for as long as this client is.
     *
     * @return the name by which they find it
     */
    public <S> String offer(String name, Class<S> type, S implementation) {
        return link.offer(name, ServiceContract.of(type), implementation, timeoutMillis);
    }

    /** Ends an offer. */
    public void withdraw(String name) {
        link.root(timeoutMillis).withdraw(name);
    }

    /** The names of the services that the node has or knows. */
    public List<String> services() {
        return link.root(timeoutMillis).services();
    }

    /** What the calls of each method have been so far: those made through this client, and those to services that it offers. */
    public List<MethodStatistics> methodStatistics() {
        return link.meters().statistics();
    }

    /** Tensors in memory that this client shares with the node and, through it, with others on this machine. */
    public SharedTensors sharedTensors() {
        return link.regions();
    }

    /** Calls under way to services that are offered here. */
    public int callsIn() {
        return link.connection().callsIn();
    }

    /** Ends the connection; calls under way fail as {@code unavailable}. */
    @Override
    public void close() {
        link.connection().close(new Failure(Failure.UNAVAILABLE, "the client has closed the connection"));
        loop.close();
    }

    private static final class Anyone implements Link.Admission {
        @Override
        public @Nullable Failure opened(Link link, Hello peer) {
            return null;
        }

        @Override
        public void closed(Link link, Failure reason) {}
    }
}
