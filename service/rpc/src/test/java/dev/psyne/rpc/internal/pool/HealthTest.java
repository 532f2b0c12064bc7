package dev.psyne.rpc.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final long PROBE = 1_000;

    private final Health health = new Health(PROBE);

    private void fail(long now) {
        for (int i = 0; i < 16; i++) {
            health.failed(now);
        }
    }

    @Test
    void whoFailsIsLeftOutAndProbedOnceAtATime() {
        assertFalse(health.isOut(0));
        fail(0);
        assertTrue(health.isOut(PROBE - 1));
        assertFalse(health.isProbe(PROBE - 1));
        assertTrue(health.isProbe(PROBE));
        assertFalse(health.isProbe(PROBE));
        assertTrue(health.isOut(PROBE));
        assertTrue(health.isProbe(2 * PROBE));
    }

    @Test
    void aProbeThatIsAnsweredLetsItInAgain() {
        fail(0);
        health.answered(10, 1);
        assertFalse(health.isOut(1));
        assertFalse(health.isProbe(PROBE));
    }

    @Test
    void aSingleFailureCostsALittleAndSlownessMoreUpToABound() {
        assertEquals(1, health.cost(0));
        health.failed(0);
        double failing = health.cost(0);
        assertTrue(failing > 1 && failing < 1.2, failing + "");
        Health slow = new Health(PROBE);
        for (int i = 0; i < 100; i++) {
            slow.answered(Long.MAX_VALUE / 2, 0);
        }
        assertEquals(8, slow.cost(0));
        Health fast = new Health(PROBE);
        fast.answered(1, 0);
        assertEquals(1, fast.cost(0));
    }

    @Test
    void whatWasSeenIsForgottenWhileNobodyCalls() {
        long second = TimeUnit.SECONDS.toNanos(1);
        health.failed(0);
        for (int i = 0; i < 100; i++) {
            health.answered(second / 100, 0);
        }
        assertEquals(8, health.cost(0));
        assertEquals(4, health.cost(second));
        assertEquals(1, health.cost(10 * second));
    }
}
