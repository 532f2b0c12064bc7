package dev.psyne.net;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An exchange over one Netty channel: the handler's side runs in its job, every write on the channel's event loop. */
final class NettyExchange implements HttpExchange {
    private final Channel channel;
    private final RequestHead head;
    private final Payload payload;
    private final WritableGate writable;
    private final Runnable answered;
    private final DisconnectActions disconnectActions;
    private final AtomicBoolean hasAnswer = new AtomicBoolean();
    private volatile @Nullable ByteStream stream;

    /** {@code answered} runs on the event loop once the whole answer has left, or cannot any more. */
    NettyExchange(
            Channel channel,
            RequestHead head,
            Payload payload,
            WritableGate writable,
            DisconnectActions disconnectActions,
            Runnable answered) {
        this.channel = channel;
        this.head = head;
        this.payload = payload;
        this.writable = writable;
        this.disconnectActions = disconnectActions;
        this.answered = answered;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public Optional<String> header(String name) {
        return head.header(name);
    }

    @Override
    public Map<String, List<String>> queries() {
        return head.queries();
    }

    @Override
    public MemorySegment body() {
        return payload.segment();
    }

    @Override
    public void respond(int status, String contentType, byte[] body, Map<String, String> headers) {
        HttpResponse response = ResponseWriter.head(status, contentType, headers);
        claimAnswer();
        onEventLoop(() -> ResponseWriter.write(channel, response, body, head.keepAlive(), head.wantsNoBody())
                .addListener(_ -> answered.run()));
    }

    @Override
    public EventStream eventStream() {
        return new NettyEventStream(byteStream(
                200,
                "text/event-stream; charset=utf-8",
                Map.of("X-Accel-Buffering", "no", "Cache-Control", "no-cache, no-store")));
    }

    @Override
    public ByteStream byteStream(int status, String contentType, Map<String, String> headers) {
        HttpResponse response = ResponseWriter.head(status, contentType, headers);
        response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        if (head.understandsChunks()) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        HttpUtil.setKeepAlive(response, keepsAliveAfterStream());
        claimAnswer();
        ByteStream opened = new NettyByteStream(channel, writable, answered);
        stream = opened;
        var _ = channel.writeAndFlush(response, channel.voidPromise());
        if (head.wantsNoBody()) {
            opened.close();
        }
        return opened;
    }

    @Override
    public void onDisconnect(Runnable action) {
        disconnectActions.add(action);
    }

    /** Whether the connection may serve another request after the answer. */
    boolean keepsAlive() {
        return stream == null ? head.keepAlive() : keepsAliveAfterStream();
    }

    boolean hasAnswer() {
        return hasAnswer.get();
    }

    /** The handler returned: what is open ends, and no answer is an error. */
    void finish() {
        ByteStream opened = stream;
        if (opened != null) {
            opened.close();
        } else if (!hasAnswer.get()) {
            fail(ErrorResponse.internal());
        }
    }

    /** The handler threw: {@code error} is the answer, unless another is on its way; a stream breaks off visibly. */
    void fail(ErrorResponse error) {
        if (hasAnswer.compareAndSet(false, true)) {
            onEventLoop(() -> ResponseWriter.write(channel, error, head.keepAlive(), head.wantsNoBody())
                    .addListener(_ -> answered.run()));
        } else if (stream != null) {
            var _ = channel.close();
        }
    }

    /** Runs {@code action} on the event loop; not at all once that has ended, for then the connection has too. */
    void onEventLoop(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException stopped) {
            // The server has closed every connection and its event loops: there is no one left to tell.
            assert !channel.isActive();
        }
    }

    private boolean keepsAliveAfterStream() {
        return head.keepAlive() && head.understandsChunks();
    }

    private void claimAnswer() {
        if (!hasAnswer.compareAndSet(false, true)) {
            throw new IllegalStateException("this exchange has an answer already");
        }
    }
}
