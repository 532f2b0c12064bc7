package dev.psyne.node;

import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.HyphaSecret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * How a node serves hypha's clients.
 *
 * @param secret signs their tokens
 * @param limits what they may ask for
 */
record HyphaOptions(HyphaSecret secret, HyphaLimits limits) {
    /** Where hypha's own server takes its secret from; shorter ones than ours may be are refused. */
    private static final String SECRET = "JWT_SECRET";

    private static final int SECRET_BYTES = 32;

    /**
     * As an environment and an operator say: the secret of {@code JWT_SECRET}, else the one kept in the data directory.
     *
     * @param limits by their names, where they are not to be the standard ones
     * @throws IllegalArgumentException if there is no limit of a name, or its value is none it may have
     */
    static HyphaOptions of(Map<String, String> environment, Map<String, Long> limits) {
        HyphaLimits.Builder builder = HyphaLimits.builder();
        limits.forEach(builder::set);
        HyphaLimits checked = builder.build();
        String given = environment.getOrDefault(SECRET, "");
        HyphaSecret secret = given.isEmpty() ? HyphaSecret.in(ModelStore.data(environment)) : HyphaSecret.of(given);
        return new HyphaOptions(secret, checked);
    }

    /** A secret that ends with the node: tokens do not outlive it. */
    static HyphaOptions passing() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new HyphaOptions(HyphaSecret.of(HexFormat.of().formatHex(secret)), HyphaLimits.standard());
    }
}
