package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.psyne.vlm.TaughtThing;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the words of a question lead to taught things. */
class TaughtWordsTest {
    private static final WordTokenizer TOKENIZER = EmbeddedModel.tokenizer();

    private static Map<String, Integer> words(String... names) {
        List<TaughtThing> things = Arrays.stream(names)
                .map(name -> new TaughtThing(name, 3, Instant.EPOCH, 0.8, List.of(new float[] {1})))
                .toList();
        return TaughtWords.of(things, TOKENIZER);
    }

    @Test
    void aThingIsNamedInTheSingularThePluralAndWithoutItsOwner() {
        assertEquals(Map.of("my vial", 0, "my vials", 0, "vial", 0, "vials", 0), words("My Vial"));
        assertEquals(Map.of("yo yo", 0, "yo yos", 0), words("yo-yo"));
    }

    @Test
    void wordsTheModelKnowsStayWhatTheyAre() {
        assertEquals(Map.of("my cat", 0, "my cats", 0), words("my cat"));
        // Another word for a cup.
        assertEquals(Map.of("my mug", 0, "my mugs", 0), words("my mug"));
    }

    @Test
    void whatTwoThingsCouldBeIsNeither() {
        assertEquals(
                Map.of("my vial", 0, "my vials", 0, "your vial", 1, "your vials", 1), words("my vial", "your vial"));
        assertEquals(1, words("my vial", "vial").get("vial"));
    }

    @Test
    void theLongestPhraseIsOneToken() {
        int beyond = TOKENIZER.vocabulary();
        int[] ids = TOKENIZER.encode("Where is my red vial?", Map.of("my red vial", beyond, "vial", beyond + 1));
        int[] where = TOKENIZER.encode("where is");
        assertArrayEquals(new int[] {where[0], where[1], beyond}, ids);
    }
}
