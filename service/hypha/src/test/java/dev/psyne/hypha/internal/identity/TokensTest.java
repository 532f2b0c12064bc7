package dev.psyne.hypha.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaSecret;
import dev.psyne.hypha.Permission;
import dev.psyne.hypha.Scope;
import dev.psyne.hypha.User;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final String SECRET = "0123456789abcdef";

    private long now = 1_000_000;
    private final Tokens tokens = new Tokens(HyphaSecret.of(SECRET), () -> Instant.ofEpochSecond(now));
    private final User user = new User(
            "ada",
            List.of("writer"),
            false,
            "ada@example.org",
            new Scope(Map.of("lab", Permission.READ_WRITE), "lab", "c1", List.of("extra")),
            null);

    @Test
    void aTokenStandsForItsUserUntilItExpires() {
        String token = tokens.issue(user, Duration.ofSeconds(60));
        User read = tokens.read(token);
        assertEquals(user.scope(), read.scope());
        assertEquals("ada@example.org", read.email());
        assertEquals(List.of("writer"), read.roles());
        assertEquals(now + 60, read.expiresAt());
        now += 60;
        assertEquals("The token has expired", refusal(token));
    }

    @Test
    void aTokenOfAnotherSecretOrWithAChangedByteIsRefused() {
        String token = tokens.issue(user, Duration.ofSeconds(60));
        Tokens others = new Tokens(HyphaSecret.of("another secret, as long"), () -> Instant.ofEpochSecond(now));
        assertThrows(TokenException.class, () -> others.read(token));
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace("#rw", "#a").getBytes(StandardCharsets.UTF_8));
        assertEquals("Invalid token signature", refusal(parts[0] + "." + forged + "." + parts[2]));
    }

    @Test
    void whatIsNoTokenIsRefusedWithoutAWordOfIt() {
        for (String bad : List.of("", ".", "..", "a.b", "a.b.c.d", "é.é.é", "x".repeat(Tokens.MAX_CHARACTERS + 1))) {
            String message = refusal(bad);
            assertTrue(message.startsWith("Invalid token"), message);
        }
    }

    @Test
    void aTokenOfAnotherProgramIsReadIfItIsSignedWithTheSecret() throws Exception {
        String claims =
                "{\"sub\":\"test-user\",\"exp\":1000100,\"scope\":\"ws:ws-test-user#a\",\"roles\":[],\"anon\":false}";
        User read = tokens.read(signed("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims));
        assertTrue(read.scope().allows("ws-test-user", Permission.ADMIN));
        assertFalse(read.scope().allows("other", Permission.READ));
        assertThrows(TokenException.class, () -> tokens.read(signed("{\"alg\":\"none\"}", claims)));
        assertThrows(TokenException.class, () -> tokens.read(signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}")));
        assertThrows(TokenException.class, () -> tokens.read(signed("{\"alg\":\"HS256\"}", "no json")));
        assertThrows(
                TokenException.class,
                () -> tokens.read(signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\",\"exp\":1000100,\"scope\":\"ws:a\"}")));
    }

    @Test
    void aReconnectionTokenWorksOnceAndForNothingElse() {
        String token = tokens.issueReconnection(user, Duration.ofSeconds(60));
        assertThrows(TokenException.class, () -> tokens.read(token));
        TokenClaims claims = tokens.readReconnection(token);
        assertEquals("c1", claims.user().scope().clientId());
        assertTrue(tokens.use(claims));
        assertEquals(
                "The reconnection token was used before",
                assertThrows(TokenException.class, () -> tokens.readReconnection(token))
                        .getMessage());
        String ordinary = tokens.issue(user, Duration.ofSeconds(60));
        assertThrows(TokenException.class, () -> tokens.readReconnection(ordinary));
    }

    @Test
    void aRevokedTokenIsWorthNothing() {
        String token = tokens.issue(user, Duration.ofSeconds(60));
        assertTrue(tokens.revoke(token));
        assertEquals("The token has been revoked", refusal(token));
    }

    @Test
    void aLifeOutsideTheBoundsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> tokens.issue(user, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> tokens.issue(user, Tokens.MAX_LIFE.plusSeconds(1)));
    }

    private String refusal(String token) {
        return String.valueOf(
                assertThrows(TokenException.class, () -> tokens.read(token)).getMessage());
    }

    private static String signed(String head, String claims) throws Exception {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String body = encoder.encodeToString(head.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return body + "." + encoder.encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
