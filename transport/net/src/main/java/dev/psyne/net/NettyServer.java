package dev.psyne.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The listening socket, the event loops and the open connections of one server. */
final class NettyServer {
    /** One for two processors: peers whose connections share a loop are passed from hand to hand without a wake-up. */
    private static final int EVENT_LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private static final int ACCEPT_BACKLOG = 256;

    /** Waiting bytes below which a waiting sender goes on, and above which it waits. */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(16 << 10, 64 << 10);

    /** The largest read of a socket: bounds what a client can make us decode in one go. */
    private static final int MAX_READ_BYTES = 64 << 10;

    private static final int MIN_READ_BYTES = 256;
    private static final int FIRST_READ_BYTES = 2 << 10;

    /** How long a stop lets exchanges end by themselves, and event loops after that. */
    private static final int GRACE_SECONDS = 3;

    private final EventLoopGroup loops;
    private final ChannelGroup connections;
    private final Channel listening;
    private final ServerParts parts;

    private NettyServer(EventLoopGroup loops, ChannelGroup connections, Channel listening, ServerParts parts) {
        this.loops = loops;
        this.connections = connections;
        this.listening = listening;
        this.parts = parts;
    }

    static NettyServer start(ServerSettings settings) {
        InetSocketAddress address = settings.address();
        TlsFiles files = settings.tls();
        SslContext tls = files == null ? null : files.open();
        ServerParts parts = parts(settings);
        ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, loopThreads(), NioIoHandler.newFactory());
        ChannelFuture bound = bootstrap(loops, new ConnectionInitializer(parts, connections, tls))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            end(loops);
            throw new UncheckedIOException(
                    "cannot listen on " + settings.host() + " port " + settings.port() + ": "
                            + bound.cause().getMessage(),
                    new IOException(bound.cause()));
        }
        return new NettyServer(loops, connections, bound.channel(), parts);
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    ServerStatistics statistics() {
        return parts.counters().snapshot(parts.admission());
    }

    /** Takes no connection any more, lets what is at work end within {@link #GRACE_SECONDS}, then closes the rest. */
    void stop() {
        listening.close().awaitUninterruptibly();
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(ServerParts.Stopping.NOW);
        }
        boolean quiet = connections.newCloseFuture().awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
        if (!quiet) {
            connections.close().awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
        }
        end(loops);
        parts.payloads().close();
    }

    private static ServerParts parts(ServerSettings settings) {
        HttpLimits limits = settings.limits();
        ServerCounters counters = new ServerCounters();
        RequestChecks checks = new RequestChecks(
                new HostPolicy(settings.host(), settings.allowedNames(), settings.tls() != null),
                new TokenPolicy(settings.token()),
                settings.publicPaths(),
                new Router(settings.routes()));
        return new ServerParts(
                limits,
                new PayloadMemory(settings.budget()),
                settings.scheduler(),
                new Admission(settings.scheduler(), limits.maxConcurrentRequests(), limits.maxQueuedRequests()),
                checks,
                counters,
                failure -> {
                    counters.failures.increment();
                    settings.failures().accept(failure);
                });
    }

    private static ServerBootstrap bootstrap(EventLoopGroup loops, ConnectionInitializer connections) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(connections)
                .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.MAX_MESSAGES_PER_READ, 1)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES));
    }

    private static ThreadFactory loopThreads() {
        AtomicInteger number = new AtomicInteger();
        return loop -> {
            Thread thread = new FastThreadLocalThread(loop, "psyne-net-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, GRACE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
    }
}
