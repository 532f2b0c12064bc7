package dev.psyne.hypha.internal.identity;

import dev.psyne.hypha.HyphaSecret;
import dev.psyne.hypha.User;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Issues and reads tokens: JSON Web Tokens signed with HMAC-SHA256 (RFC 7519, RFC 7515), whose claim {@code scope} says
 * where the user may go. Any thread may call.
 */
public final class Tokens {
    /** The longest token that is looked at, in characters. */
    public static final int MAX_CHARACTERS = 16 << 10;

    /** The longest time for which a token is issued. */
    public static final Duration MAX_LIFE = Duration.ofDays(400);

    private static final String ALGORITHM = "HS256";
    private static final String ISSUER = "psyne";
    private static final int ID_BYTES = 16;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKeySpec key;
    private final InstantSource clock;
    private final RevokedTokens revoked;
    private final SecureRandom random = new SecureRandom();
    private final JsonMapper json = new JsonMapper();

    /** Tokens of a secret, by a clock. */
    public Tokens(HyphaSecret secret, InstantSource clock) {
        this.key = new SecretKeySpec(secret.key(), "HmacSHA256");
        this.clock = clock;
        this.revoked = new RevokedTokens(clock);
    }

    /**
     * A token with the rights of {@code user}.
     *
     * @throws IllegalArgumentException if {@code life} is not positive or longer than {@link #MAX_LIFE}
     */
    public String issue(User user, Duration life) {
        return sign(user, life, false);
    }

    /** A token with which the user's client comes back, once. */
    public String issueReconnection(User user, Duration life) {
        return sign(user, life, true);
    }

    /**
     * Whom a token stands for.
     *
     * @throws TokenException if it is none of ours, has expired, was revoked, or is a reconnection token
     */
    public User read(String token) {
        TokenClaims claims = verify(token);
        if (claims.reconnection()) {
            throw new TokenException("A reconnection token opens its own client's connection and nothing else");
        }
        return claims.user();
    }

    /**
     * Whose connection a reconnection token opens.
     *
     * @throws TokenException if it is none of ours, has expired, was used before, or is no reconnection token
     */
    public TokenClaims readReconnection(String token) {
        TokenClaims claims = verify(token);
        if (!claims.reconnection()) {
            throw new TokenException("This is no reconnection token: give it as token");
        }
        return claims;
    }

    /** Makes a reconnection token worthless, because its client came back with it; false if it was so before. */
    public boolean use(TokenClaims reconnection) {
        return revoked.use(reconnection.id(), reconnection.expiresAt());
    }

    /**
     * Makes a token worthless from here on; false if it was so before.
     *
     * @throws TokenException if it is worth nothing as it is, or too many are revoked
     */
    public boolean revoke(String token) {
        TokenClaims claims = verify(token);
        return revoked.revoke(claims.id(), claims.expiresAt());
    }

    private TokenClaims verify(String token) {
        String[] parts = token.length() > MAX_CHARACTERS ? new String[0] : token.split("\\.", -1);
        if (parts.length != 3) {
            throw new TokenException(
                    "Invalid token: it is not three parts of at most " + MAX_CHARACTERS + " characters");
        }
        byte[] signature = mac(parts[0] + "." + parts[1]);
        if (!MessageDigest.isEqual(signature, decode(parts[2]))) {
            throw new TokenException("Invalid token signature");
        }
        if (!ALGORITHM.equals(tree(parts[0]).path("alg").asString(""))) {
            throw new TokenException("Invalid token: it is not signed with " + ALGORITHM);
        }
        TokenClaims claims = TokenClaims.read(tree(parts[1]), parts[2]);
        if (claims.expiresAt() <= clock.instant().getEpochSecond()) {
            throw new TokenException("The token has expired");
        }
        if (revoked.contains(claims.id())) {
            throw new TokenException(
                    claims.reconnection() ? "The reconnection token was used before" : "The token has been revoked");
        }
        return claims;
    }

    private String sign(User user, Duration life, boolean reconnection) {
        if (!life.isPositive() || life.compareTo(MAX_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "a token lives 1 to " + MAX_LIFE.toSeconds() + " seconds, not " + life.toSeconds());
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        long now = clock.instant().getEpochSecond();
        TokenClaims claims = new TokenClaims(
                HexFormat.of().formatHex(id), user, Math.addExact(now, Math.max(1, life.toSeconds())), reconnection);
        String head = encode("{\"alg\":\"" + ALGORITHM + "\",\"typ\":\"JWT\"}");
        String body = head + "." + encode(json.writeValueAsString(claims.toMap(ISSUER, now)));
        return body + "." + ENCODER.encodeToString(mac(body));
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + key.getAlgorithm(), e);
        }
    }

    private JsonNode tree(String part) {
        try {
            return json.readTree(decode(part));
        } catch (JacksonException broken) {
            throw new TokenException("Invalid token: a part is not JSON");
        }
    }

    private static String encode(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(String part) {
        try {
            return DECODER.decode(part);
        } catch (IllegalArgumentException notBase64) {
            throw new TokenException("Invalid token: a part is not base64");
        }
    }
}
