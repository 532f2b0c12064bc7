package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A peer that writes anything over header, participants and records: whoever else is at the ring gets an exception that says
 * what is damaged, in finite time, and reads nothing outside of the ring.
 */
class HostileRingTest {
    private static final int RINGS = Integer.getInteger("dev.psyne.proof.hostileRings", 1_000);
    private static final long SEED = Long.getLong("dev.psyne.proof.seed", 42);
    private static final int MOST_BYTES = 800;

    @Test
    void damageIsAnExceptionAndNeverAWildRead() {
        Random random = new Random(SEED);
        long[] read = new long[1];
        for (int index = 0; index < RINGS; index++) {
            byte[] input = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(input);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(30),
                    () -> {
                        read[0] += HostileRing.act(input);
                    },
                    () -> "seed " + SEED + ": " + HexFormat.of().formatHex(input));
        }
        assertTrue(read[0] > 0, "messages were read");
    }
}
