package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reader whose message was lost waits for ever: only the limit tells. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedRingTest {
    private static final int CAPACITY_BYTES = 1 << 14;
    private static final long MESSAGES = 5_000;

    private static SharedRing ring(String contender, RingShape shape) {
        return switch (contender) {
            case "Disruptor" -> new DisruptorRing(shape);
            case "JCTools" -> new JCToolsQueue(shape);
            case "Agrona" -> new AgronaRing(shape);
            default -> new PsyneRing(shape);
        };
    }

    /** The rounds check the sum of all words themselves. */
    @ParameterizedTest
    @CsvSource({
        "Disruptor, 1, 64",
        "JCTools, 1, 64",
        "Agrona, 1, 64",
        "Psyne, 1, 64",
        "Disruptor, 1, 1024",
        "JCTools, 1, 1024",
        "Agrona, 1, 1024",
        "Psyne, 1, 1024",
        "Psyne, 2, 64",
        "Psyne, 4, 64",
        "Psyne, 3, 1024",
        "JCTools, 2, 64",
        "Agrona, 2, 64",
        "JCTools, 4, 64",
        "Agrona, 4, 64"
    })
    void everyMessageArrivesWholeRoundAfterRound(String contender, int producers, int bytes) {
        RingShape shape = new RingShape(producers, bytes, CAPACITY_BYTES);
        try (SharedRingRounds rounds = new SharedRingRounds(ring(contender, shape), shape)) {
            assertTrue(rounds.round(MESSAGES)[0] > 0);
            assertTrue(rounds.round(MESSAGES)[0] > 0);
        }
    }

    @Test
    void aContenderThatLosesAMessageIsFoundOut() {
        RingShape shape = new RingShape(1, 64, CAPACITY_BYTES);
        SharedRing losing = new SharedRing() {
            @Override
            public void produce(int producer, long first, long messages) {}

            @Override
            public long consume(long messages) {
                return Body.expectedSum(messages - 1, shape.messageBytes());
            }
        };
        try (SharedRingRounds rounds = new SharedRingRounds(losing, shape)) {
            assertThrows(IllegalStateException.class, () -> rounds.round(MESSAGES));
        }
    }
}
