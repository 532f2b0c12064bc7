package dev.psyne.bench.rpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * gRPC-java as it is fastest: bytes without Protocol Buffers, its own epoll transport, methods and answers on its event loops. Calls that
 * are under way at a time are made by its asynchronous stub.
 */
final class GrpcEcho implements EchoClient {
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("Echo/echo")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final byte[] data = new byte[BYTES];
    private final ManagedChannel channel;

    private GrpcEcho(int port) {
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .usePlaintext()
                .directExecutor()
                .build();
    }

    static AutoCloseable serve(int port) {
        ServerServiceDefinition service = ServerServiceDefinition.builder("Echo")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((data, answer) -> {
                    answer.onNext(data);
                    answer.onCompleted();
                }))
                .build();
        try {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .directExecutor()
                    .addService(service)
                    .build()
                    .start();
            return server::shutdownNow;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    static EchoClient connect(int port) {
        return new GrpcEcho(port);
    }

    @Override
    public void call() {
        ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, data);
    }

    @Override
    public void calls(long count, int atOnce) throws InterruptedException {
        AtomicLong left = new AtomicLong(count);
        CountDownLatch ended = new CountDownLatch(atOnce);
        for (int i = 0; i < atOnce; i++) {
            next(left, ended);
        }
        ended.await();
    }

    private void next(AtomicLong left, CountDownLatch ended) {
        if (left.getAndDecrement() <= 0) {
            ended.countDown();
            return;
        }
        ClientCalls.asyncUnaryCall(channel.newCall(ECHO, CallOptions.DEFAULT), data, new StreamObserver<>() {
            @Override
            public void onNext(byte[] answer) {}

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException(failure);
            }

            @Override
            public void onCompleted() {
                next(left, ended);
            }
        });
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
