package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.AwaitInterruptedException;
import dev.psyne.fiber.AwaitTimeoutException;
import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Futures;
import dev.psyne.fiber.JobFailedException;
import dev.psyne.fiber.Scheduler;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NettyFuturesTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();

    @AfterEach
    void endTheLoops() {
        end(loops);
    }

    @ParameterizedTest
    @EnumSource
    void aJobConnectsAndClosesStepByStep(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            scheduler.run(() -> {
                ChannelFuture bound = new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(noHandlers())
                        .bind(InetAddress.getLoopbackAddress(), 0);
                assertNull(NettyFutures.await(bound));
                Channel server = bound.channel();
                Bootstrap client = new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .handler(noHandlers());
                ChannelFuture connected = client.connect(server.localAddress());
                NettyFutures.await(connected, Duration.ofSeconds(30));
                assertTrue(connected.channel().isActive());
                NettyFutures.await(connected.channel().close());
                NettyFutures.await(server.close());
                JobFailedException refused = assertThrows(
                        JobFailedException.class, () -> NettyFutures.await(client.connect(server.localAddress())));
                assertInstanceOf(IOException.class, refused.getCause());
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void jobsThatWaitLeaveTheWorkerToOthers(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Promise<Integer> promise = loop.newPromise();
            Counter counter = Counter.create();
            for (int i = 0; i < 200; i++) {
                Duration bound = Duration.ofSeconds(30);
                scheduler.spawn(counter, () -> assertEquals(7, NettyFutures.await(promise)));
                scheduler.spawn(counter, () -> assertEquals(7, NettyFutures.await(promise, bound)));
            }
            scheduler.spawn(counter, () -> loop.execute(() -> promise.setSuccess(7)));
            counter.awaitWithoutHelping();
        }
    }

    @ParameterizedTest
    @EnumSource
    void failureCancellationTimeoutAndInterrupt(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            IOException broken = new IOException("broken");
            Promise<Integer> failed = loop.newPromise();
            failed.setFailure(broken);
            assertSame(
                    broken,
                    assertThrows(JobFailedException.class, () -> NettyFutures.await(failed))
                            .getCause());
            Promise<Integer> cancelled = loop.newPromise();
            cancelled.cancel(true);
            assertInstanceOf(
                    CancellationException.class,
                    assertThrows(JobFailedException.class, () -> NettyFutures.await(cancelled))
                            .getCause());
            Promise<Integer> open = loop.newPromise();
            assertThrows(AwaitTimeoutException.class, () -> NettyFutures.await(open, Duration.ofNanos(1000)));
            BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
            var interrupted = Futures.spawn(scheduler, () -> {
                assertThrows(AwaitTimeoutException.class, () -> NettyFutures.await(open, Duration.ZERO));
                waiting.add(Thread.currentThread());
                assertThrows(AwaitInterruptedException.class, () -> NettyFutures.await(open));
                return Thread.currentThread().isInterrupted();
            });
            waiting.take().interrupt();
            assertTrue(Futures.await(interrupted));
            assertFalse(open.isDone());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFutureOfALoopThatHasEndedIsStillAwaited(FiberProvider provider) throws InterruptedException {
        try (Scheduler scheduler = scheduler(provider)) {
            EventLoopGroup ended = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            Promise<Integer> promise = ended.next().newPromise();
            end(ended);
            BlockingQueue<String> begun = new LinkedBlockingQueue<>();
            var waiting = Futures.spawn(scheduler, () -> {
                begun.add("begun");
                return NettyFutures.await(promise);
            });
            begun.take();
            promise.setSuccess(5);
            assertEquals(5, Futures.await(waiting));
        }
    }

    @Test
    void anEventLoopIsRefusedAtOnce() {
        Promise<Integer> own = loop.newPromise();
        assertRefused(loop, own);
        EventLoopGroup others = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        assertRefused(others.next(), own);
        end(others);
        ThreadFactory plainThreads = Thread.ofPlatform().name("plain").factory();
        EventLoopGroup plain = new MultiThreadIoEventLoopGroup(1, plainThreads, NioIoHandler.newFactory());
        assertRefused(plain.next(), plain.next().newPromise());
        end(plain);
    }

    private static void assertRefused(EventLoop caller, Promise<Integer> open) {
        var refused = caller.submit(() -> assertThrows(IllegalStateException.class, () -> NettyFutures.await(open)));
        String message = String.valueOf(NettyFutures.await(refused).getMessage());
        assertTrue(message.contains("is an event loop") && message.contains("add a listener"), message);
        var refusedSoon = caller.submit(() ->
                assertThrows(IllegalStateException.class, () -> NettyFutures.await(open, Duration.ofSeconds(30))));
        assertTrue(String.valueOf(NettyFutures.await(refusedSoon).getMessage()).contains("is an event loop"));
    }

    private static ChannelInitializer<Channel> noHandlers() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {}
        };
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(1).fibers(provider).build();
    }

    private static void end(EventLoopGroup group) {
        NettyFutures.await(group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    }
}
