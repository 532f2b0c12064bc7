package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeasuredGrainTest {
    @Test
    void growsByStepsToPiecesOfTheWantedLength() {
        MeasuredGrain grain = new MeasuredGrain();
        for (int piece = 0; piece < 10; piece++) {
            grain.measured(grain.indices(), grain.indices() * 10L);
        }
        assertEquals(MeasuredGrain.PIECE_NANOS / 10, grain.indices());
    }

    @Test
    void oneCheapIndexDoesNotDecideAlone() {
        MeasuredGrain grain = new MeasuredGrain();
        grain.measured(1, 0);
        assertEquals(4, grain.indices());
    }

    @Test
    void isSettledOnceAPieceTookAboutTheWantedTime() {
        MeasuredGrain grain = new MeasuredGrain();
        grain.measured(1, 40);
        assertFalse(grain.settled());
        grain.measured(4, MeasuredGrain.PIECE_NANOS);
        assertTrue(grain.settled());
        assertEquals(4, grain.indices());
    }

    @Test
    void fallsAtOnceWhenIndicesGetDear() {
        MeasuredGrain grain = grown();
        grain.measured(grain.indices(), grain.indices() * 10_000L);
        assertEquals(2, grain.indices());
        grain.measured(1, 1_000_000_000L);
        assertEquals(1, grain.indices());
    }

    @Test
    void aShortPieceAtTheEndOfALoopChangesNothing() {
        MeasuredGrain grain = grown();
        int before = grain.indices();
        grain.measured(1, 40);
        assertEquals(before, grain.indices());
    }

    private static MeasuredGrain grown() {
        MeasuredGrain grain = new MeasuredGrain();
        for (int piece = 0; piece < 10; piece++) {
            grain.measured(grain.indices(), grain.indices() * 10L);
        }
        return grain;
    }
}
