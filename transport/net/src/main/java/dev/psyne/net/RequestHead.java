package dev.psyne.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request that has passed every check of {@link RequestChecks}, its body still to come. */
record RequestHead(HttpRequest request, RequestTarget target, Router.Match match, boolean express) implements HttpHead {
    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    @Override
    public Map<String, List<String>> queries() {
        return target.query();
    }

    boolean keepAlive() {
        return HttpUtil.isKeepAlive(request);
    }

    boolean wantsNoBody() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Whether the client understands chunks (RFC 9112, section 7.1). */
    boolean understandsChunks() {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    }

    boolean expectsContinue() {
        return request.headers().contains(HttpHeaderNames.EXPECT);
    }

    /** Whether a body follows the header of {@code request}. */
    static boolean announcesBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }
}
