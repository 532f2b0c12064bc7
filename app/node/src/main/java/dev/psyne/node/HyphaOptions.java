package dev.psyne.node;

import dev.psyne.hypha.HyphaSecret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * How a node serves hypha's clients.
 *
 * @param secret signs their tokens
 */
record HyphaOptions(HyphaSecret secret) {
    /** Where hypha's own server takes its secret from; shorter ones than ours may be are refused. */
    private static final String SECRET = "JWT_SECRET";

    private static final int SECRET_BYTES = 32;

    /** As an environment says: the secret of {@code JWT_SECRET}, else the one kept in the data directory. */
    static HyphaOptions of(Map<String, String> environment) {
        String given = environment.getOrDefault(SECRET, "");
        return new HyphaOptions(given.isEmpty() ? HyphaSecret.in(ModelStore.data(environment)) : HyphaSecret.of(given));
    }

    /** A secret that ends with the node: tokens do not outlive it. */
    static HyphaOptions passing() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new HyphaOptions(HyphaSecret.of(HexFormat.of().formatHex(secret)));
    }
}
