package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two threads that each write a word and read the other's, again and again, while others come and go on their cores. */
class ProcessBarrierTest {
    private static final int ROUNDS = 300_000;

    /** Each word on a cache line, and a pair on lines that are not fetched together. */
    private static final int WORD_BYTES = 128;

    /** Turns that one waits for the other, so that both meet at most rounds. */
    private static final int MOST_SPINS = 500;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final AtomicInteger lightRound = new AtomicInteger();
    private final AtomicInteger heavyRound = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final boolean[] lightSaw = new boolean[ROUNDS];
    private final boolean[] heavySaw = new boolean[ROUNDS];

    @Test
    void oneSeesTheOtherAlsoWhileThreadsEnd() throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment words = arena.allocate(2L * ROUNDS * WORD_BYTES, WORD_BYTES);
            Thread light = Thread.ofPlatform().start(() -> publish(words));
            Thread passers = Thread.ofPlatform().start(this::comeAndGo);
            lieDown(words);
            light.join();
            over.set(true);
            passers.join();
        }
        int missed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            missed += lightSaw[round] || heavySaw[round] ? 0 : 1;
        }
        assertEquals(0, missed, "rounds in which both missed the other's word");
    }

    private void publish(MemorySegment words) {
        for (int round = 0; round < ROUNDS; round++) {
            meet(lightRound, heavyRound, round);
            WORD.setRelease(words, published(round), 1L);
            ProcessBarrier.light();
            lightSaw[round] = (long) WORD.get(words, asleep(round)) != 0;
        }
    }

    private void lieDown(MemorySegment words) {
        for (int round = 0; round < ROUNDS; round++) {
            meet(heavyRound, lightRound, round);
            WORD.getAndBitwiseOr(words, asleep(round), 1L);
            ProcessBarrier.heavy();
            heavySaw[round] = (long) WORD.getAcquire(words, published(round)) != 0;
        }
    }

    private static void meet(AtomicInteger own, AtomicInteger other, int round) {
        own.setRelease(round);
        for (int spin = 0; spin < MOST_SPINS && other.getAcquire() < round; spin++) {
            Thread.onSpinWait();
        }
    }

    private void comeAndGo() {
        while (!over.get()) {
            Thread passer = Thread.ofPlatform().start(() -> {});
            try {
                passer.join();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    private static long published(int round) {
        return 2L * round * WORD_BYTES;
    }

    private static long asleep(int round) {
        return published(round) + WORD_BYTES;
    }
}
