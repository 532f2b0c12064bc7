package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private static final HttpHandler ROOT = exchange -> {};
    private static final HttpHandler BELOW = exchange -> {};
    private static final HttpHandler DEEPER = exchange -> {};
    private static final HttpHandler EXACT = exchange -> {};

    private final Router router = new Router(List.of(
            Router.Route.http("GET", "/*", ROOT),
            Router.Route.http("GET", "/a/*", BELOW),
            Router.Route.http("GET", "/a/b/*", DEEPER),
            Router.Route.http("POST", "/a/b/c", EXACT),
            Router.Route.webSocket("/socket", "p", connection -> {
                throw new IllegalStateException("never opened");
            })));

    @Test
    void theNearestPathAnswers() {
        assertEquals(new Router.Match.Handler(ROOT), router.find("GET", "/"));
        assertEquals(new Router.Match.Handler(ROOT), router.find("GET", "/a"));
        assertEquals(new Router.Match.Handler(BELOW), router.find("GET", "/a/x"));
        assertEquals(new Router.Match.Handler(DEEPER), router.find("HEAD", "/a/b/x"));
        assertEquals(new Router.Match.Handler(EXACT), router.find("POST", "/a/b/c"));
        assertEquals(new Router.Match.WrongMethod("POST"), router.find("GET", "/a/b/c"));
        assertEquals(new Router.Match.WrongMethod("GET, HEAD"), router.find("PUT", "/a/x"));
    }

    @Test
    void aStarStandsForOneSegment() {
        Router starred = new Router(List.of(
                Router.Route.http("GET", "/*", ROOT),
                Router.Route.http("GET", "/a/*", BELOW),
                Router.Route.http("GET", "/*/services/*", DEEPER),
                Router.Route.http("GET", "/*/services", EXACT)));
        assertEquals(new Router.Match.Handler(EXACT), starred.find("GET", "/w/services"));
        assertEquals(new Router.Match.Handler(DEEPER), starred.find("GET", "/w/services/"));
        assertEquals(new Router.Match.Handler(DEEPER), starred.find("GET", "/w/services/s/f"));
        assertEquals(new Router.Match.Handler(BELOW), starred.find("GET", "/a/services/s"));
        assertEquals(new Router.Match.Handler(ROOT), starred.find("GET", "/w/x/services/s"));
        assertEquals(new Router.Match.Handler(ROOT), starred.find("GET", "//services/s"));
        assertEquals(new Router.Match.Handler(ROOT), starred.find("GET", "/w/service"));
    }

    @Test
    void aWebSocketIsNoPage() {
        assertInstanceOf(Router.Match.WebSocket.class, router.find("GET", "/socket"));
        assertEquals(new Router.Match.WrongMethod("GET"), router.find("HEAD", "/socket"));
        assertInstanceOf(Router.Match.Nobody.class, new Router(List.of()).find("GET", "/"));
    }

    private static WebSocketListener nobody(WebSocketConnection connection) {
        throw new IllegalStateException("never opened");
    }

    @Test
    void subprotocolsShareAPathAndNothingElseDoes() {
        Router.Route first = Router.Route.webSocket("/socket", "p", RouterTest::nobody);
        Router.Route second = Router.Route.webSocket("/socket", "q", RouterTest::nobody);
        Router.Match.WebSocket both = assertInstanceOf(
                Router.Match.WebSocket.class, new Router(List.of(first, second)).find("GET", "/socket"));
        assertEquals(
                List.of("p", "q"),
                both.subprotocols().stream().map(Router.Subprotocol::name).toList());
        Router.Route any = Router.Route.webSocket("/socket", null, RouterTest::nobody);
        Router.Route page = Router.Route.http("GET", "/socket", ROOT);
        for (Router.Route other : List.of(first, any, page)) {
            assertThrows(IllegalArgumentException.class, () -> new Router(List.of(first, other)));
        }
        assertThrows(IllegalArgumentException.class, () -> new Router(List.of(any, any)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a*", "/a*/b", "/**/b", "*", "a/*"})
    void whatIsNoPathIsAMistakeOfTheCaller(String path) {
        assertThrows(IllegalArgumentException.class, () -> Router.Route.http("GET", path, ROOT));
    }
}
