package dev.psyne.hypha.internal.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RevokedTokensTest {
    private long now = 100;
    private final RevokedTokens revoked = new RevokedTokens(() -> Instant.ofEpochSecond(now));

    @Test
    void usedTokensAreForgottenOldestFirstWhenThereAreTooMany() {
        for (int i = 0; i <= RevokedTokens.MAX_TOKENS; i++) {
            assertTrue(revoked.use("t" + i, 1_000));
        }
        assertFalse(revoked.contains("t0"));
        assertTrue(revoked.contains("t1"));
        assertFalse(revoked.use("t1", 1_000));
    }

    @Test
    void revokedTokensAreNeverForgottenBeforeTheyExpire() {
        for (int i = 0; i < RevokedTokens.MAX_TOKENS; i++) {
            revoked.revoke("t" + i, 1_000);
        }
        assertThrows(TokenException.class, () -> revoked.revoke("one more", 1_000));
        assertTrue(revoked.contains("t0"));
        now = 1_000;
        for (int i = 0; i < RevokedTokens.MAX_TOKENS / 100 && revoked.contains("t0"); i++) {
            revoked.use("later" + i, 2_000);
        }
        assertTrue(revoked.revoke("one more", 2_000));
        assertFalse(revoked.contains("t0"));
    }
}
