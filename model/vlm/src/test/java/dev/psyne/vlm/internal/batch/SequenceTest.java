package dev.psyne.vlm.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.Sampling;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a reader and the decoder do to one sequence at the same time. */
class SequenceTest {
    private static final int TOKENS = 33;

    /** The decoder ends sequences while it holds what a reader asks for who has made room. */
    @Test
    void whoMadesRoomHoldsNobodyUpWhoEndsTheSequence() throws Exception {
        AtomicReference<Sequence> own = new AtomicReference<>();
        AtomicInteger rooms = new AtomicInteger();
        Prompt prompt = new Prompt(new long[] {1}, Rows.allocate(0, 1));
        Sequence sequence = new Sequence(prompt, Sampling.greedy(), TOKENS, new KeyValueShape(1, 1, 32), () -> {
            rooms.incrementAndGet();
            endElsewhere(own.get());
        });
        own.set(sequence);
        for (int i = 0; i < TOKENS; i++) {
            sequence.give(new ChosenToken(i, 0, List.of()), false);
        }
        for (int i = 0; i < TOKENS; i++) {
            assertNotNull(sequence.next());
        }
        assertNull(sequence.next());
        assertEquals(1, rooms.get());
    }

    private static void endElsewhere(Sequence sequence) {
        FutureTask<Boolean> ended = new FutureTask<>(() -> sequence.end(null), true);
        Thread.ofPlatform().daemon().start(ended);
        try {
            ended.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
