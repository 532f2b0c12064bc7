package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPolicyTest {
    private static final InetSocketAddress ARRIVED_AT = new InetSocketAddress("192.168.1.5", 8080);
    private final HostPolicy policy = new HostPolicy("0.0.0.0", Set.of("Psyne.Example"), false);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "localhost:8080,-,0",
                "LOCALHOST,-,0",
                "127.0.0.1:8080,http://127.0.0.1:8080,0",
                "[::1]:8080,http://[::1]:8080,0",
                "psyne.example,http://psyne.example,0",
                "psyne.example,http://psyne.example:80,0",
                "192.168.1.5:8080,-,0",
                "192.168.1.6:8080,-,421",
                "[::ffff:127.0.0.1]:8080,-,421",
                "evil.example:8080,-,421",
                "localhost.evil.example,-,421",
                "localhost:8081,-,421",
                "localhost.,-,421",
                "localhost:8080,http://localhost:8081,403",
                "localhost:8080,http://localhost,403",
                "localhost:8080,https://localhost:8080,403",
                "localhost:8080,http://127.0.0.1:8080,403",
                "localhost:8080,null,403",
                "localhost:8080,http://evil.example,403",
                "localhost:8080,http://localhost:8080/,403",
                "localhost:8080,http://localhost:8080@evil.example,403",
            })
    void onlyOurOwnNamesAndOriginsPass(String host, @Nullable String origin, int status) {
        ErrorResponse refused = policy.check(host, origin, ARRIVED_AT);
        assertEquals(status, refused == null ? 0 : refused.status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":8080",
                "local host",
                "user@localhost",
                "localhost:",
                "localhost:0",
                "localhost:65536",
                "localhost:80x",
                "localhost:-1",
                "[::1",
                "[]",
                "[::1]8080",
                "a/b"
            })
    void whatIsNoHostIsMalformed(String host) {
        ErrorResponse refused = policy.check(host, null, ARRIVED_AT);
        assertNotNull(refused);
        assertEquals(400, refused.status());
    }

    @Test
    void underTlsTheOriginIsHttps() {
        HostPolicy tls = new HostPolicy("::1", Set.of(), true);
        assertNull(tls.check("[::1]:8080", "https://[::1]:8080", ARRIVED_AT));
        assertNotNull(tls.check("[::1]:8080", "http://[::1]:8080", ARRIVED_AT));
        assertNull(tls.check("localhost", "https://localhost:443", ARRIVED_AT));
    }

    @Test
    void noMutationOfAnAuthorityGetsThroughAsAnotherHost() {
        Random random = new Random(11);
        String[] seeds = {"localhost:8080", "[::1]:8080", "127.0.0.1", "a-b.c_d:1"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int change = random.nextInt(4); change >= 0 && !text.isEmpty(); change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, ":[]@.-/1a\u212a".charAt(random.nextInt(10)));
                }
            }
            HostPort parsed = HostPort.parse(text.toString());
            if (parsed != null) {
                String again = parsed.host() + (parsed.port() == HostPort.NO_PORT ? "" : ":" + parsed.port());
                assertEquals(parsed, HostPort.parse(again));
                assertFalse(again.contains("@") || again.contains("/"), again);
            }
        }
    }
}
