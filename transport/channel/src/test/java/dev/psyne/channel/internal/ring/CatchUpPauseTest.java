package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CatchUpPauseTest {
    private static final long CAPACITY = 1 << 20;
    private static final int MANY = 1000;

    private final CatchUpPause pause = new CatchUpPause(CAPACITY);
    private long bytes;

    @Test
    void messagesThatComeOneAtATimeAreNeverDelayed() {
        for (int message = 0; message < MANY; message++) {
            burst(1, 64);
            assertEquals(0, pause.nanos());
        }
    }

    @Test
    void aStreamIsFoundOutAndKeptAtADistance() {
        untilTrial();
        assertEquals(1_000, pause.nanos());
        burst(20, 64);
        assertEquals(2_000, pause.nanos());
        burst(100, 64);
        burst(200, 64);
        assertEquals(4_000, pause.nanos());
    }

    @Test
    void fewMessagesAfterAPauseEndIt() {
        untilTrial();
        burst(15, 64);
        assertEquals(0, pause.nanos());
    }

    @Test
    void aBurstThatFillsTheRingMakesThePauseShorter() {
        untilTrial();
        burst(20, 64);
        burst(20, 64);
        burst(200, 1024);
        assertEquals(2_000, pause.nanos());
        burst(200, 1024);
        burst(200, 1024);
        assertEquals(0, pause.nanos());
    }

    @Test
    void aThreadThatHadOtherThingsToDoDoesNotPause() {
        untilTrial();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 2_000) {
            Thread.onSpinWait();
        }
        pause.beforeLook();
        assertEquals(0, pause.nanos());
    }

    private void untilTrial() {
        for (int turn = 0; pause.nanos() == 0; turn++) {
            assertTrue(turn < MANY, "no trial");
            burst(2, 64);
        }
    }

    private void burst(int messages, int size) {
        bytes += (long) messages * size;
        pause.found(messages);
        pause.caughtUp(bytes);
    }
}
