package dev.psyne.bench.rpc;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** RSocket-java over TCP, its payloads read where they came in. Calls that are under way at a time are made by subscribers. */
final class RSocketEcho implements EchoClient {
    private static final String HOST = "127.0.0.1";

    private final byte[] data = new byte[BYTES];
    private final RSocket socket;

    private RSocketEcho(int port) {
        RSocket connected = RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .connect(TcpClientTransport.create(HOST, port))
                .block();
        if (connected == null) {
            throw new IllegalStateException("no connection to port " + port);
        }
        this.socket = connected;
    }

    static AutoCloseable serve(int port) {
        CloseableChannel server = RSocketServer.create(SocketAcceptor.forRequestResponse(Mono::just))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .bindNow(TcpServerTransport.create(HOST, port));
        return server::dispose;
    }

    static EchoClient connect(int port) {
        return new RSocketEcho(port);
    }

    @Override
    public void call() {
        Payload answer = socket.requestResponse(DefaultPayload.create(data)).block();
        if (answer == null) {
            throw new IllegalStateException("no answer");
        }
        answer.release();
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
        socket.requestResponse(DefaultPayload.create(data)).subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(Payload answer) {
                answer.release();
            }

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException(failure);
            }

            @Override
            public void onComplete() {
                next(left, ended);
            }
        });
    }

    @Override
    public void close() {
        socket.dispose();
    }
}
