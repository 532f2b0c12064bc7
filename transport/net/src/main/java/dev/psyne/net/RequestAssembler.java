package dev.psyne.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Puts the requests of one connection together, one after the other: checks the header, reserves and fills the body, hands
 * the whole to a job, and goes on when the job has ended and its answer has left. All of it on the event loop. What is refused
 * before its body was read ends the connection, for the body would otherwise be read as the next request.
 */
final class RequestAssembler extends ChannelInboundHandlerAdapter {
    /** The handler's return and the answer's last byte, in either order. */
    private static final int ENDS_OF_EXCHANGE = 2;

    private final ServerParts parts;
    private final ConnectionDeadline deadline;
    private final PipelineGate gate;
    private final WritableGate writable;
    private @Nullable RequestHead head;
    private @Nullable Payload payload;
    private @Nullable Refusal refusal;
    private @Nullable ExchangeRun run;
    private int unfinishedEnds;
    private boolean closing;
    private boolean stopping;

    /** An answer that waits for the end of a request without a body. */
    private record Refusal(ErrorResponse error, boolean keepAlive, boolean headOnly) {}

    RequestAssembler(ServerParts parts, ConnectionDeadline deadline, PipelineGate gate, WritableGate writable) {
        this.parts = parts;
        this.deadline = deadline;
        this.gate = gate;
        this.writable = writable;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!closing && message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (!closing && message instanceof HttpContent content) {
                receive(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ConnectionDeadline.Expired(ConnectionDeadline.Phase phase)) {
            if (phase == ConnectionDeadline.Phase.IDLE) {
                var _ = ctx.close();
            } else if (!closing) {
                refuseAndClose(ctx, ErrorResponse.invalid(408, "request_timeout", "The request took too long."));
            }
        } else if (event == ServerParts.Stopping.NOW) {
            stopping = true;
            if (run == null && head == null) {
                var _ = ctx.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        dropPayload();
        ExchangeRun current = run;
        if (current != null) {
            if (parts.admission().withdraw(current)) {
                current.abandon();
            }
            current.disconnected();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailures.close(ctx, cause, parts.failures());
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        parts.counters().requests.increment();
        if (request.decoderResult().isFailure()) {
            refuseAndClose(ctx, RequestChecks.unreadable(request.decoderResult().cause()));
            return;
        }
        InetSocketAddress local = (InetSocketAddress) ctx.channel().localAddress();
        switch (parts.checks().check(request, local)) {
            case RequestChecks.Verdict.Refused(ErrorResponse error)
            when RequestHead.announcesBody(request) -> refuseAndClose(ctx, error);
            case RequestChecks.Verdict.Refused(ErrorResponse error) ->
                refusal = new Refusal(
                        error, HttpUtil.isKeepAlive(request), request.method().equals(HttpMethod.HEAD));
            case RequestChecks.Verdict.Accepted(RequestHead accepted) -> accept(ctx, accepted);
        }
    }

    private void accept(ChannelHandlerContext ctx, RequestHead accepted) {
        head = accepted;
        Payload body = new Payload(parts.payloads());
        payload = body;
        if (!RequestHead.announcesBody(accepted.request())) {
            return;
        }
        ErrorResponse error = admitBody(accepted, body);
        if (error != null) {
            refuseAndClose(ctx, error);
            return;
        }
        deadline.enter(ConnectionDeadline.Phase.BODY);
        if (accepted.expectsContinue()) {
            var _ = ctx.writeAndFlush(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE), ctx.voidPromise());
        }
    }

    private @Nullable ErrorResponse admitBody(RequestHead accepted, Payload body) {
        long announced = HttpUtil.getContentLength(accepted.request(), 0L);
        if (accepted.match() instanceof Router.Match.WebSocket) {
            return ErrorResponse.invalid(400, "unexpected_body", "A WebSocket's request has no body.");
        }
        if (announced > parts.limits().maxBodyBytes()) {
            return ErrorResponse.bodyTooLarge(parts.limits().maxBodyBytes());
        }
        if (!accepted.express() && parts.admission().isFull()) {
            return ErrorResponse.queueFull();
        }
        return body.reserve(announced)
                ? null
                : ErrorResponse.budgetExhausted(
                        announced, parts.payloads().budget().limit());
    }

    private void receive(ChannelHandlerContext ctx, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuseAndClose(ctx, RequestChecks.unreadable(content.decoderResult().cause()));
            return;
        }
        Payload body = payload;
        if (body != null && content.content().isReadable()) {
            ErrorResponse error = append(body, content);
            if (error != null) {
                refuseAndClose(ctx, error);
                return;
            }
        }
        if (content instanceof LastHttpContent) {
            end(ctx);
        }
    }

    private @Nullable ErrorResponse append(Payload body, HttpContent content) {
        long wanted = body.bytes() + content.content().readableBytes();
        long max = parts.limits().maxBodyBytes();
        if (wanted > max) {
            return ErrorResponse.bodyTooLarge(max);
        }
        if (!body.reserveGrowing(wanted, max)) {
            return ErrorResponse.budgetExhausted(
                    wanted, parts.payloads().budget().limit());
        }
        body.append(content.content());
        return null;
    }

    private void end(ChannelHandlerContext ctx) {
        gate.hold();
        deadline.enter(ConnectionDeadline.Phase.RESPONDING);
        Refusal refused = refusal;
        RequestHead accepted = head;
        Payload body = payload;
        payload = null;
        if (refused != null) {
            refusal = null;
            refuse(ctx, refused);
        } else if (accepted != null && body != null) {
            switch (accepted.match()) {
                case Router.Match.Handler(HttpHandler handler) -> dispatch(ctx, accepted, handler, body);
                case Router.Match.WebSocket socket -> upgrade(ctx, accepted, socket);
                default -> throw new IllegalStateException("accepted without anyone to answer: " + accepted.match());
            }
        }
    }

    private void dispatch(ChannelHandlerContext ctx, RequestHead accepted, HttpHandler handler, Payload body) {
        DisconnectActions actions = new DisconnectActions(parts.failures());
        Runnable ended = () -> endPart(ctx);
        NettyExchange exchange = new NettyExchange(ctx.channel(), accepted, body, writable, actions, ended);
        ExchangeRun started = new ExchangeRun(handler, exchange, body, actions, parts.failures(), ended);
        run = started;
        unfinishedEnds = ENDS_OF_EXCHANGE;
        ErrorResponse error = start(started, accepted.express());
        if (error != null) {
            run = null;
            started.abandon();
            refuse(ctx, new Refusal(error, accepted.keepAlive(), accepted.wantsNoBody()));
        }
    }

    private @Nullable ErrorResponse start(ExchangeRun started, boolean express) {
        try {
            if (express) {
                parts.scheduler().spawn(started);
                return null;
            }
            return parts.admission().offer(started) ? null : ErrorResponse.queueFull();
        } catch (RuntimeException closed) {
            // A scheduler that takes no more jobs belongs to a node that stops; the client is told so.
            return ErrorResponse.stopping();
        }
    }

    private void upgrade(ChannelHandlerContext ctx, RequestHead accepted, Router.Match.WebSocket socket) {
        ErrorResponse error = WebSocketUpgrade.check(accepted.request(), socket);
        if (error != null) {
            refuse(ctx, new Refusal(error, accepted.keepAlive(), false));
        } else {
            new WebSocketUpgrade(parts, deadline, writable).start(ctx, accepted, socket);
            ctx.pipeline().remove(gate);
        }
    }

    private void endPart(ChannelHandlerContext ctx) {
        ExchangeRun current = run;
        if (--unfinishedEnds == 0 && current != null) {
            run = null;
            current.ended();
            next(ctx, current.exchange().keepsAlive());
        }
    }

    private void refuse(ChannelHandlerContext ctx, Refusal refused) {
        if (refused.error().isForLoad()) {
            parts.counters().rejected.increment();
        }
        ResponseWriter.write(ctx.channel(), refused.error(), refused.keepAlive(), refused.headOnly())
                .addListener(_ -> next(ctx, refused.keepAlive()));
    }

    private void refuseAndClose(ChannelHandlerContext ctx, ErrorResponse error) {
        closing = true;
        dropPayload();
        deadline.enter(ConnectionDeadline.Phase.RESPONDING);
        refuse(ctx, new Refusal(error, false, false));
    }

    private void next(ChannelHandlerContext ctx, boolean keepAlive) {
        head = null;
        if (!ctx.channel().isActive()) {
            return;
        }
        if (keepAlive && !stopping) {
            deadline.enter(ConnectionDeadline.Phase.IDLE);
            gate.open(ctx);
        } else {
            closing = true;
            deadline.enter(ConnectionDeadline.Phase.CLOSING);
            LingeringClose.start(ctx.channel());
        }
    }

    private void dropPayload() {
        if (payload != null) {
            payload.release();
            payload = null;
        }
    }
}
