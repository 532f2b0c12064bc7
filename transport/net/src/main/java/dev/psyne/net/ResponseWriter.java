package dev.psyne.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Makes the header of every answer and writes answers whose body is known. */
final class ResponseWriter {
    static final String JSON = "application/json";

    /** A body goes out in slices of this size, so that a client's progress through a large one can be seen. */
    private static final int SLICE_BYTES = 64 << 10;

    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ResponseWriter() {}

    /** A header with what every answer carries; throws IllegalArgumentException for what cannot be sent. */
    static HttpResponse head(int status, String contentType, Map<String, String> headers) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("an answer's status lies in 200..599: " + status);
        }
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        addSecurity(response.headers());
        headers.forEach(response.headers()::set);
        return response;
    }

    static HttpHeaders addSecurity(HttpHeaders headers) {
        return headers.set(HttpHeaderNames.DATE, HTTP_DATE.format(Instant.now()))
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer");
    }

    /** Writes an answer and flushes it; on the event loop. */
    static ChannelFuture write(
            Channel channel, HttpResponse response, byte[] body, boolean keepAlive, boolean headOnly) {
        HttpUtil.setKeepAlive(response, keepAlive);
        response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        boolean bodiless = response.status().equals(HttpResponseStatus.NO_CONTENT)
                || response.status().equals(HttpResponseStatus.NOT_MODIFIED);
        if (bodiless) {
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.CONTENT_TYPE);
        } else {
            HttpUtil.setContentLength(response, body.length);
        }
        var _ = channel.write(response, channel.voidPromise());
        int end = headOnly || bodiless ? 0 : body.length;
        for (int from = 0; from < end; from += SLICE_BYTES) {
            int length = Math.min(SLICE_BYTES, end - from);
            var _ = channel.write(
                    new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, length)), channel.voidPromise());
        }
        return channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    static ChannelFuture write(Channel channel, ErrorResponse error, boolean keepAlive, boolean headOnly) {
        return write(channel, head(error.status(), JSON, error.headers()), error.json(), keepAlive, headOnly);
    }
}
