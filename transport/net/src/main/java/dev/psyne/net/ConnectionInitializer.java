package dev.psyne.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Builds the pipeline of each accepted connection, and turns away those beyond the bound. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;
    private static final int MAX_CHUNK_BYTES = 16 << 10;

    /** More than the gate and one read of the shortest requests can hold, so that the gate is what stops a client. */
    private static final int MAX_PIPELINED_REQUESTS = 1024;

    /** Connections that are being turned away count as well; beyond this many times the bound they are closed in silence. */
    private static final int TURNED_AWAY_FACTOR = 2;

    private static final byte[] FULL = """
            HTTP/1.1 503 Service Unavailable
            Connection: close
            Content-Length: 0
            Retry-After: 1
            Cache-Control: no-store
            X-Content-Type-Options: nosniff
            Referrer-Policy: no-referrer

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    private final ServerParts parts;
    private final ChannelGroup connections;
    private final @Nullable SslContext tls;

    ConnectionInitializer(ServerParts parts, ChannelGroup connections, @Nullable SslContext tls) {
        this.parts = parts;
        this.connections = connections;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        ServerCounters counters = parts.counters();
        int open = counters.connections.incrementAndGet();
        channel.closeFuture().addListener(_ -> counters.connections.decrementAndGet());
        connections.add(channel);
        if (open > parts.limits().maxConnections()) {
            counters.rejected.increment();
            turnAway(channel, open);
        } else {
            build(channel);
        }
    }

    private void turnAway(Channel channel, int open) {
        if (tls != null || open > (long) TURNED_AWAY_FACTOR * parts.limits().maxConnections()) {
            var _ = channel.close();
        } else {
            // Written once the channel is registered and active, which it is not yet.
            channel.eventLoop()
                    .execute(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(FULL))
                            .addListener(_ -> LingeringClose.start(channel)));
        }
    }

    private void build(Channel channel) {
        ConnectionDeadline deadline = new ConnectionDeadline(parts.limits(), parts.counters());
        PipelineGate gate = new PipelineGate();
        WritableGate writable = new WritableGate();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("deadline", deadline);
        if (tls != null) {
            SslHandler handler = tls.newHandler(channel.alloc());
            handler.setHandshakeTimeout(parts.limits().headerSeconds(), TimeUnit.SECONDS);
            pipeline.addLast("tls", handler);
        }
        pipeline.addLast("http", new HttpServerCodec(decoding(), MAX_PIPELINED_REQUESTS));
        pipeline.addLast("gate", gate);
        pipeline.addLast("requests", new RequestAssembler(parts, deadline, gate, writable));
        pipeline.addLast("writable", writable);
    }

    private HttpDecoderConfig decoding() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(parts.limits().maxHeaderBytes())
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true);
    }
}
