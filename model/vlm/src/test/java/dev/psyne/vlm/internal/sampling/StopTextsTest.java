package dev.psyne.vlm.internal.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopTextsTest {
    @Test
    void letsTextThroughWithoutStops() {
        StopTexts stops = new StopTexts(List.of());
        assertEquals("a cat", stops.accept("a cat"));
        assertEquals("", stops.finish());
    }

    @Test
    void holdsBackWhatMayBeTheBeginningOfAStop() {
        StopTexts stops = new StopTexts(List.of("and the"));
        assertEquals("a cat ", stops.accept("a cat an"));
        assertEquals("an", stops.accept("").isEmpty() ? stops.finish() : "released early");
        assertEquals("a cat ", stops.accept("a cat and"));
        assertEquals("", stops.accept(" the dog"));
        assertTrue(stops.stopped());
        assertEquals("", stops.finish());
    }

    @Test
    void theFirstStopWins() {
        StopTexts stops = new StopTexts(List.of("dog", "cat"));
        assertEquals("a ", stops.accept("a cat, a dog"));
        assertTrue(stops.stopped());
    }

    @Test
    void piecesMakeNoDifference() {
        Random random = new Random(31);
        for (int i = 0; i < 2000; i++) {
            String text = letters(random, 12);
            String stop = letters(random, 3) + "a";
            StopTexts stops = new StopTexts(List.of(stop));
            StringBuilder through = new StringBuilder();
            for (int from = 0; from < text.length() && !stops.stopped(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(3));
                through.append(stops.accept(text.substring(from, to)));
                from = to;
            }
            through.append(stops.finish());
            int index = text.indexOf(stop);
            assertEquals(index < 0 ? text : text.substring(0, index), through.toString());
            assertFalse(index < 0 && stops.stopped());
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(length + 1); i > 0; i--) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        return text.toString();
    }
}
