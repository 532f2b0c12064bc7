package dev.psyne.channel.internal.ipc;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bell with anything in its file is refused, or rings for sleepers that may be. */
class HostileBellTest {
    private static final int BELLS = 1000;
    private static final long SEED = Long.getLong("dev.psyne.proof.seed", 42);
    private static final int MOST_BYTES = 14_000;

    @Test
    void anyContentIsRefusedOrRings(@TempDir Path directory) {
        Random random = new Random(SEED);
        for (int index = 0; index < BELLS; index++) {
            byte[] input = new byte[random.nextInt(random.nextBoolean() ? 40 : MOST_BYTES)];
            random.nextBytes(input);
            HostileBell.act(directory.resolve("bell"), input);
        }
    }
}
