package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SelectorLoop;
import dev.psyne.rpc.MessageSocket;
import dev.psyne.rpc.RpcOptions;
import dev.psyne.rpc.internal.carrier.CarrierParts;
import dev.psyne.rpc.internal.carrier.IpcAddress;
import dev.psyne.rpc.internal.carrier.IpcConnector;
import dev.psyne.rpc.internal.carrier.MessageCarrier;
import dev.psyne.rpc.internal.carrier.RingCarrier;
import dev.psyne.rpc.internal.carrier.RingPair;
import dev.psyne.rpc.internal.carrier.SocketAddresses;
import dev.psyne.rpc.internal.carrier.SocketCarrier;
import dev.psyne.rpc.internal.carrier.WebSocketAddress;
import dev.psyne.rpc.internal.carrier.WebSocketDialer;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.ConnectionLimits;
import dev.psyne.rpc.internal.connection.DeadlineSweep;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.connection.Timing;
import dev.psyne.rpc.internal.region.LinkRegions;
import dev.psyne.rpc.internal.region.Sharing;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.MessageMemory;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes links of whatever carries frames. */
public final class LinkFactory {
    private final Scheduler scheduler;
    private final Directory directory;
    private final RpcOptions options;
    private final ConnectionLimits limits;
    private final MessagePool pool = new MessagePool();
    private final @Nullable String clientId;
    private final CallTurns turns;
    private final Map<SelectorLoop, DeadlineSweep> deadlines = new ConcurrentHashMap<>();
    private final Sharing sharing;

    /** Of a process with these services. */
    public LinkFactory(Scheduler scheduler, Directory directory, RpcOptions options) {
        this(scheduler, directory, options, null);
    }

    /** Of a client, which nodes know again by {@code clientId} when it comes with another connection. */
    public LinkFactory(Scheduler scheduler, Directory directory, RpcOptions options, @Nullable String clientId) {
        ConnectionLimits standard = ConnectionLimits.standard();
        this.scheduler = scheduler;
        this.directory = directory;
        this.options = options;
        this.clientId = clientId;
        this.turns = new CallTurns(scheduler);
        this.sharing = new Sharing(options.sharedMemory());
        this.limits = new ConnectionLimits(
                options.messageBytes(),
                standard.pieceBytes(),
                Math.max(standard.memoryBytes(), 4L * options.messageBytes()),
                Math.max(standard.waitingBytes(), options.messageBytes()),
                standard.calls(),
                standard.services(),
                standard.idleSeconds());
    }

    /** What it shares with peers on this machine. */
    public Sharing sharing() {
        return sharing;
    }

    /** Begins to speak over a connected socket; whoever has connected is the client. */
    public Link open(boolean client, SelectorLoop loop, SocketChannel socket, String peer, Link.Admission admission)
            throws IOException {
        LinkRegions regions =
                client ? sharing.ofClient(socket.getRemoteAddress()) : sharing.ofNode(socket.getLocalAddress());
        Opened opened = prepare(client, loop, admission, regions);
        SocketCarrier.start(loop, socket, peer, new SendQueue(limits.pieceBytes()), opened.parts());
        loop.execute(() -> watch(loop, opened.link().connection()));
        return opened.link();
    }

    /** Connects to a node, waiting for it. */
    public Link connect(String address, SelectorLoop loop, Link.Admission admission, Consumer<Throwable> failures)
            throws IOException, InterruptedException {
        if (IpcAddress.isOne(address)) {
            return connect(IpcAddress.parse(address), loop, admission, failures);
        }
        if (WebSocketAddress.isOne(address)) {
            Opened opened = prepare(true, loop, admission, sharing.ofClient(null));
            WebSocketDialer.connect(
                    WebSocketAddress.parse(address), options.token(), loop, socket -> start(opened, loop, socket));
            return opened.link();
        }
        return open(true, loop, SocketAddresses.connect(SocketAddresses.parse(address)), address, admission);
    }

    /**
     * Whether {@link #connect} would know what to do with an address.
     *
     * @throws IllegalArgumentException if not
     */
    public static void check(String address) {
        if (IpcAddress.isOne(address)) {
            IpcAddress.parse(address);
        } else if (WebSocketAddress.isOne(address)) {
            WebSocketAddress.parse(address);
        } else {
            SocketAddresses.parse(address);
        }
    }

    /** Whether an address is that of a socket, which {@link #open} takes. */
    public static boolean isSocket(String address) {
        return !IpcAddress.isOne(address) && !WebSocketAddress.isOne(address);
    }

    private Link connect(IpcAddress ipc, SelectorLoop loop, Link.Admission admission, Consumer<Throwable> failures)
            throws IOException, InterruptedException {
        Opened opened = prepare(true, loop, admission, sharing.ofClient(null));
        start(opened, loop, IpcConnector.connect(ipc), ipc.toString(), ipc.spins(), failures)
                .readAlone();
        return opened.link();
    }

    /** Begins to speak to a client over two rings; who is given the carrier reads it. */
    public RingCarrier accept(
            SelectorLoop timers, RingPair rings, Link.Admission admission, Consumer<Throwable> failures) {
        return start(
                prepare(false, timers, admission, sharing.ofNode(null)), timers, rings, "a client", false, failures);
    }

    private RingCarrier start(
            Opened opened,
            SelectorLoop timers,
            RingPair rings,
            String peer,
            boolean spins,
            Consumer<Throwable> failures) {
        RingCarrier carrier = RingCarrier.start(
                rings, peer, spins, new SendQueue(limits.pieceBytes()), limits.pieceBytes(), opened.parts(), failures);
        timers.execute(() -> watch(timers, opened.link().connection()));
        return carrier;
    }

    /** Begins to speak to a client over a socket that keeps messages whole; who owns that tells the carrier what comes. */
    public MessageCarrier accept(SelectorLoop timers, MessageSocket socket, Link.Admission admission) {
        return start(prepare(false, timers, admission, sharing.ofNode(null)), timers, socket);
    }

    private MessageCarrier start(Opened opened, SelectorLoop timers, MessageSocket socket) {
        MessageCarrier carrier =
                MessageCarrier.start(timers, socket, new SendQueue(limits.pieceBytes()), opened.parts());
        timers.execute(() -> watch(timers, opened.link().connection()));
        return carrier;
    }

    /** A link, and what its carrier works with. */
    private record Opened(Link link, CarrierParts parts) {}

    private Opened prepare(boolean client, SelectorLoop timers, Link.Admission admission, LinkRegions regions) {
        MessageMemory memory = new MessageMemory(pool, limits.memoryBytes());
        Link link = new Link(
                new Link.Parts(scheduler, pool, directory, admission, turns, deadlines(timers), regions),
                new MessageMemory(pool, limits.memoryBytes()),
                limits.messageBytes());
        CarrierParts parts = new CarrierParts(
                carrier -> {
                    Connection connection = Connection.open(client, hello(client, regions), carrier, limits, link);
                    link.over(connection);
                    return connection;
                },
                sink -> new FrameReader(memory, sink, limits.messageBytes(), limits.pieceBytes()),
                pool);
        return new Opened(link, parts);
    }

    /** One for all connections of a loop. */
    private DeadlineSweep deadlines(SelectorLoop loop) {
        return deadlines.computeIfAbsent(loop, each -> new DeadlineSweep(Timing.of(each)));
    }

    private Hello hello(boolean client, LinkRegions regions) {
        return new Hello(
                Hello.VERSION,
                options.name(),
                limits.messageBytes(),
                limits.pieceBytes(),
                limits.calls(),
                client ? options.token() : null,
                null,
                clientId,
                regions.exchange() == null ? null : regions.exchange().toString(),
                regions.key());
    }

    private void watch(SelectorLoop loop, Connection connection) {
        loop.schedule(TimeUnit.SECONDS.toNanos(limits.idleSeconds()), () -> {
            if (!connection.isClosed()) {
                connection.checkHeard();
                watch(loop, connection);
            }
        });
    }
}
