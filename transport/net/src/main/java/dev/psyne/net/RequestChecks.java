package dev.psyne.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides from a request's header alone whether it may go on, in this order: form, host, origin, token, path, method. */
record RequestChecks(HostPolicy hosts, TokenPolicy tokens, List<PathPattern> publicPaths, Router router) {
    /** What becomes of a request. */
    sealed interface Verdict {
        record Accepted(RequestHead head) implements Verdict {}

        record Refused(ErrorResponse error) implements Verdict {}
    }

    private static final String CHUNKED = HttpHeaderValues.CHUNKED.toString();
    private static final String TOKEN_PARAMETER = "token";

    Verdict check(HttpRequest request, InetSocketAddress arrivedAt) {
        ErrorResponse malformed = checkForm(request);
        if (malformed != null) {
            return new Verdict.Refused(malformed);
        }
        RequestTarget target = RequestTarget.parse(request.uri());
        if (target == null) {
            return new Verdict.Refused(
                    ErrorResponse.invalid(400, "invalid_target", "The request's path is malformed."));
        }
        ErrorResponse refused = checkAccess(request.headers(), target, arrivedAt);
        if (refused != null) {
            return new Verdict.Refused(refused);
        }
        Router.Match match = router.find(request.method().name(), target.path());
        return switch (match) {
            case Router.Match.Nobody() ->
                new Verdict.Refused(
                        ErrorResponse.invalid(404, "not_found", "There is nothing at " + target.path() + "."));
            case Router.Match.WrongMethod(String allowed) ->
                new Verdict.Refused(new ErrorResponse(
                        405,
                        ErrorResponse.INVALID_REQUEST,
                        "method_not_allowed",
                        target.path() + " answers " + allowed + ", not "
                                + request.method().name() + ".",
                        Map.of("Allow", allowed)));
            case Router.Match.Handler _, Router.Match.WebSocket _ ->
                new Verdict.Accepted(new RequestHead(request, target, match, isPublic(target)));
        };
    }

    /** What the decoder could not read. */
    static ErrorResponse unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                ErrorResponse.invalid(414, "uri_too_long", "The request line is longer than this server reads.");
            case TooLongHttpHeaderException _ ->
                ErrorResponse.invalid(431, "header_too_large", "The request's header is larger than the limit.");
            default -> ErrorResponse.invalid(400, "malformed_request", "The request is not HTTP/1.1.");
        };
    }

    private static @Nullable ErrorResponse checkForm(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return ErrorResponse.invalid(505, "unknown_version", "This server speaks HTTP/1.1, not " + version + ".");
        }
        HttpHeaders headers = request.headers();
        if (headers.getAll(HttpHeaderNames.HOST).size() != 1) {
            return ErrorResponse.invalid(400, "invalid_host", "A request has exactly one Host header.");
        }
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean onlyChunks = encodings.stream().allMatch(each -> each.strip().equalsIgnoreCase(CHUNKED));
        if (encodings.size() > 1 || !onlyChunks) {
            return ErrorResponse.invalid(501, "unknown_transfer_encoding", "This server reads chunks and no other.");
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase(HttpHeaderValues.CONTINUE.toString())) {
            return ErrorResponse.invalid(417, "unknown_expectation", "This server meets 100-continue and no other.");
        }
        return null;
    }

    private @Nullable ErrorResponse checkAccess(
            HttpHeaders headers, RequestTarget target, InetSocketAddress arrivedAt) {
        String host = String.valueOf(headers.get(HttpHeaderNames.HOST));
        String authority = target.authority() == null ? host : target.authority();
        ErrorResponse refused = hosts.check(authority, headers.get(HttpHeaderNames.ORIGIN), arrivedAt);
        if (refused != null || isPublic(target)) {
            return refused;
        }
        List<String> given = target.query().getOrDefault(TOKEN_PARAMETER, List.of());
        return tokens.check(headers.get(HttpHeaderNames.AUTHORIZATION), given.isEmpty() ? null : given.getFirst());
    }

    private boolean isPublic(RequestTarget target) {
        return publicPaths.stream().anyMatch(pattern -> pattern.matches(target.path()));
    }
}
