package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    private static final String PASSWORD = "changeit";

    @Test
    void aHostThatOthersReachNeedsATokenAndTls() {
        try (Scheduler scheduler = Scheduler.create(1)) {
            HttpServer.Builder open = HttpServer.builder().scheduler(scheduler).host("0.0.0.0");
            UnprotectedHostException refused = assertThrows(UnprotectedHostException.class, open::start);
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("0.0.0.0") && message.contains("--insecure"), message);
            assertThrows(UnprotectedHostException.class, open.token("secret")::start);
            try (HttpServer server = open.insecure(true).start()) {
                assertEquals("http://localhost:" + server.port(), server.uri().toString());
            }
            HttpServer.Builder unknown =
                    HttpServer.builder().scheduler(scheduler).host("[::1");
            assertThrows(IllegalArgumentException.class, unknown::start);
            assertThrows(
                    IllegalArgumentException.class, () -> HttpServer.builder().token(" "));
            assertThrows(
                    IllegalArgumentException.class, () -> HttpServer.builder().port(65_536));
        }
    }

    @Test
    void aTokenIsWantedExceptOnPublicPaths() throws Exception {
        try (TestServer server = new TestServer(with -> with.token("s3cr\u00e9t")
                .publicPath("/open/*")
                .route("GET", "/open/page", exchange -> exchange.respond(200, "text/plain", new byte[0])))) {
            HttpResponse<String> refused = server.get("/hello");
            assertEquals(401, refused.statusCode());
            assertEquals(
                    "Bearer realm=\"psyne\"",
                    refused.headers().firstValue("www-authenticate").orElseThrow());
            assertEquals(401, server.get("/hello?token=wrong").statusCode());
            assertEquals(401, server.get("/hello?token=").statusCode());
            assertEquals(401, server.get("/nowhere").statusCode());
            assertEquals(200, server.get("/hello?token=s3cr%C3%A9t").statusCode());
            assertEquals(200, server.get("/open/page").statusCode());
        }
        try (TestServer server = new TestServer(with -> with.token("plain"))) {
            Map<String, Integer> statuses = Map.of(
                    "Bearer plain", 200, "bearer  plain", 200, "Basic plain", 401, "Bearer plain2", 401, "plain", 401);
            for (Map.Entry<String, Integer> given : statuses.entrySet()) {
                HttpRequest request = server.request("/hello")
                        .header("Authorization", given.getKey())
                        .build();
                HttpResponse<Void> answer = server.client().send(request, HttpResponse.BodyHandlers.discarding());
                assertEquals(given.getValue(), answer.statusCode(), given.getKey());
            }
        }
    }

    @Test
    void pagesOfOtherSitesAreKeptOut() throws Exception {
        try (TestServer server = new TestServer(with -> with);
                RawClient client = server.raw()) {
            client.header("GET /hello HTTP/1.1", "Host: rebound.example");
            assertEquals(421, client.answer().status());
            assertEquals(
                    403,
                    client.get("/hello", "Origin: http://evil.example").answer().status());
            RawClient.Answer preflight = client.request(
                            "OPTIONS", "/hello", "Origin: http://evil.example", "Access-Control-Request-Method: GET")
                    .answer();
            assertEquals(403, preflight.status());
            RawClient.Answer own = client.get("/hello", "Origin: http://localhost:" + server.http.port())
                    .answer();
            assertEquals(200, own.status());
            for (RawClient.Answer answer : new RawClient.Answer[] {preflight, own}) {
                assertFalse(answer.headers().keySet().stream().anyMatch(name -> name.startsWith("access-control")));
                assertEquals("nosniff", answer.headers().get("x-content-type-options"));
            }
        }
    }

    @Test
    void tlsIsSpokenWithPemFiles(@TempDir Path folder) throws Exception {
        KeyStore store = selfSigned(folder);
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Files.writeString(certificate, pem("CERTIFICATE", certificateOf(store).getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", store.getKey("psyne", PASSWORD.toCharArray()).getEncoded()));
        try (TestServer server = new TestServer(with -> with.tls(certificate, key));
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting(store)).build();
                RawClient plain = server.raw()) {
            assertEquals("https", server.http.uri().getScheme());
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/hello"));
            assertEquals(
                    "hello",
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            HttpRequest large = request.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1000]))
                    .build();
            assertEquals(
                    405,
                    client.send(large, HttpResponse.BodyHandlers.ofString()).statusCode());
            assertTrue(plain.get("/hello").readsEnd());
            assertTrue(server.failures.isEmpty(), server.failures::toString);
        }
        try (Scheduler scheduler = Scheduler.create(1)) {
            HttpServer.Builder swapped =
                    HttpServer.builder().scheduler(scheduler).tls(key, certificate);
            String message = String.valueOf(
                    assertThrows(IllegalArgumentException.class, swapped::start).getMessage());
            assertTrue(message.contains("key.pem"), message);
        }
    }

    private static KeyStore selfSigned(Path folder) throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "psyne",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:"
                                + InetAddress.getLoopbackAddress().getHostAddress(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        assertTrue(keytool.waitFor(TestServer.AWAIT_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, keytool.exitValue());
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static Certificate certificateOf(KeyStore store) throws Exception {
        return store.getCertificate("psyne");
    }

    private static SSLContext trusting(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("psyne", certificateOf(keys));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static String pem(String what, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
    }
}
