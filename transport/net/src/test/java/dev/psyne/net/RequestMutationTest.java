package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestMutationTest {
    private static final int ROUNDS = 400;

    private static final String[] SEEDS = {
        header("GET /hello?a=b HTTP/1.1", "Host: localhost", "Accept: */*"),
        header("POST /echo HTTP/1.1", "Host: localhost", "Content-Length: 10") + "0123456789",
        header("POST /echo HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked")
                + header("5", "abcde", "0", "Trailer: y"),
        header("POST /echo HTTP/1.1", "Host: [::1]", "Expect: 100-continue", "Content-Length: 3") + "abc",
        header(
                        "GET /socket HTTP/1.1",
                        "Host: localhost",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Protocol: p")
                + "\u0082\u0083\0\0\0\0abc",
        header("HEAD http://localhost/hello HTTP/1.0", "Host: localhost")
    };

    private static String header(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    @Test
    void noRequestKeepsAConnectionOrMemoryOrHarmsTheNext() throws Exception {
        Random random = new Random(2026);
        try (TestServer server = new TestServer(with -> with.route(
                        "POST",
                        "/echo",
                        exchange -> exchange.respond(
                                200, "text/plain", exchange.body().toArray(ValueLayout.JAVA_BYTE)))
                .webSocket("/socket", "p", connection -> new WebSocketListener() {
                    @Override
                    public void onBinary(MemorySegment frame) {
                        connection.send(frame.toArray(ValueLayout.JAVA_BYTE));
                    }

                    @Override
                    public void onText(String text) {}

                    @Override
                    public void onClose() {}
                }))) {
            for (int i = 0; i < ROUNDS; i++) {
                sendAndLeave(server, mutate(SEEDS[i % SEEDS.length], random));
            }
            assertEquals("hello", server.get("/hello").body());
            TestServer.await(() -> server.budget.used() == 0);
            TestServer.await(() -> server.http.statistics().openConnections() == 1);
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
    }

    private static void sendAndLeave(TestServer server, String request) throws Exception {
        try (RawClient client = server.raw()) {
            client.send(request.getBytes(ISO_8859_1)).endOutput();
            assertTrue(client.readsEnd());
        } catch (SocketException reset) {
            // A server that closes while bytes are on their way resets the connection; that ends it as well.
            assertTrue(String.valueOf(reset.getMessage()).contains("reset")
                    || String.valueOf(reset.getMessage()).contains("Broken pipe"));
        }
    }

    private static String mutate(String seed, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int change = random.nextInt(4); change > 0; change--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, "\r\n :;,%/\u0000\t".charAt(random.nextInt(10)));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                default -> text.setLength(at + 1);
            }
        }
        return text.toString();
    }
}
