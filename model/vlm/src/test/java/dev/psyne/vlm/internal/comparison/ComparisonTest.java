package dev.psyne.vlm.internal.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What is said about several pictures whose things are known: the pictures here are lists of things, counted without fault. */
class ComparisonTest {
    private static final String UNSURE = "I am not sure.";
    private static final List<String> DOG = List.of("dog");
    private static final List<String> DOGS = List.of("dog", "dog", "dog");
    private static final List<String> PET_SHOP = List.of("dog", "cat", "cat");
    private static final List<String> STREET = List.of("car", "bow and arrow");
    private static final List<String> NOTHING = List.of();

    /** A picture the model is not sure of. */
    private static final List<String> FOG = List.of("fog");

    @SafeVarargs
    private static Outcome ask(String question, List<String>... pictures) {
        return new Comparison(
                        PictureQuestion.parse(question, pictures.length),
                        (picture, asked) -> reply(pictures[picture], asked),
                        UNSURE)
                .answer();
    }

    private static PictureReply reply(List<String> things, String asked) {
        double confidence = things.size() == 1 ? 0.9 : 0.8;
        if (things.equals(FOG)) {
            return new PictureReply("", List.of(), 0.1, false);
        }
        if (asked.startsWith("describe") || asked.startsWith("what")) {
            String text = things.isEmpty() ? "nothing" : String.join(" and ", things);
            List<String> words = things.isEmpty()
                    ? List.of("nothing")
                    : List.of(String.join("/and/", things).split("/"));
            return new PictureReply(text, words, confidence, true);
        }
        String thing = asked.replaceAll("^(how many|is there an?|are there any) | are there$", "");
        long count = things.stream()
                .filter(each -> thing.equals("things") || thing.equals(each) || thing.equals(each + "s"))
                .count();
        String text = asked.startsWith("how many") ? String.valueOf(count) : count > 0 ? "yes" : "no";
        return new PictureReply(text, List.of(text), confidence, true);
    }

    private static void assertSays(String text, Outcome outcome) {
        assertEquals(text, outcome.text());
        assertTrue(outcome.sure());
    }

    private static void assertUnsure(String text, Outcome outcome) {
        assertEquals(text, outcome.text());
        assertFalse(outcome.sure());
    }

    @Test
    void joinsTheAnswersOfAll() {
        assertSays("first: dog; second: car and bow and arrow", ask("what is this", DOG, STREET));
        assertSays("first: dog; second: nothing; third: dog", ask("what is this", DOG, NOTHING, DOG));
    }

    @Test
    void saysOnceWhatAllAgreeOn() {
        assertSays("dog", ask("what is this", DOG, DOG, DOG));
        assertSays("dog", ask("what is in the second picture", STREET, DOG));
    }

    @Test
    void namesThePictureWithTheMost() {
        assertSays("the second: 3 (first 1)", ask("which picture has more dogs", DOG, DOGS));
        assertSays("the third: 3 (first 1, second 0)", ask("which one has the most dogs", DOG, STREET, DOGS));
        assertSays("the second: 0 (first 1)", ask("which has fewer dogs", DOG, STREET));
        assertSays("the first and the third: 1 each (second 0)", ask("which has the most dogs", DOG, STREET, DOG));
        assertSays("the same: 1 each", ask("which has more dogs", DOG, PET_SHOP));
        assertSays("neither", ask("which has more dogs", STREET, NOTHING));
        assertSays("the second: 3 (first 1)", ask("which has more", DOG, PET_SHOP));
    }

    @Test
    void saysWhetherOneHasMoreThanAnother() {
        assertSays("yes, 3 and 1", ask("does the second picture have more dogs than the first", DOG, DOGS));
        assertSays("no, 1 and 3", ask("are there more dogs in the first than in the second", DOG, DOGS));
        assertSays("yes, 1 and 3", ask("are there fewer dogs in picture 1 than in picture 2", DOG, DOGS));
    }

    @Test
    void addsCountsUp() {
        assertSays("5 (1, 3 and 1)", ask("how many dogs are there in all", DOG, DOGS, PET_SHOP));
        assertSays(
                "4 (3 and 1)", ask("how many dogs are in the second and third picture together", DOG, DOGS, PET_SHOP));
        assertSays("0", ask("how many cars together", DOG, DOGS));
    }

    @Test
    void namesThePicturesThatHaveAThing() {
        assertSays("the second", ask("which one has a car", DOG, STREET));
        assertSays("the first and the third", ask("in which picture is the dog", DOG, STREET, PET_SHOP));
        assertSays("both", ask("which has a dog", DOG, DOGS));
        assertSays("none of them", ask("which picture shows a car", DOG, DOGS, NOTHING));
        assertSays("the first", ask("which picture has no car", DOG, STREET));
    }

    @Test
    void saysWhetherAllOrAnyHaveAThing() {
        assertSays("yes", ask("is there a dog in both", DOG, DOGS));
        assertSays("no, not in the second", ask("do both show a dog", DOG, STREET));
        assertSays("yes, in the second", ask("is there a car in any of them", DOG, STREET, DOGS));
        assertSays("yes, in both", ask("is there a dog in either", DOG, DOGS));
        assertSays("no", ask("is there a car in any of them", DOG, DOGS));
    }

    @Test
    void tellsWhatChanged() {
        List<String> before = List.of("dog", "car");
        List<String> after = List.of("dog", "dog");
        assertSays("the second has a dog more; the car is gone", ask("what changed", before, after));
        assertSays("the second has a dog more", ask("what is new", before, after));
        assertSays("the car is missing", ask("what is missing", before, after));
        assertSays(
                "the first has a car more; the first has a dog less",
                ask("what changed from the second to the first", before, after));
        assertSays("the car and the bow and arrow are gone", ask("what changed", STREET, NOTHING));
        assertSays("the second has 2 cats more", ask("what is different", DOG, PET_SHOP));
        assertSays("nothing changed", ask("what changed", DOG, DOG));
        assertSays("nothing is new", ask("what is new", PET_SHOP, DOG));
    }

    @Test
    void tellsFromPictureToPicture() {
        assertSays("the second has 2 dogs more. in the third the dog is gone", ask("what changed", DOG, DOGS, NOTHING));
    }

    @Test
    void tellsWhetherTheyAreTheSame() {
        assertSays("yes, the same things", ask("are they the same", DOG, DOG));
        assertSays("no: the second has 2 dogs more", ask("are they the same", DOG, DOGS));
        assertSays("yes: the second has 2 dogs more", ask("are they different", DOG, DOGS));
        assertSays("no, the same things", ask("did anything change", PET_SHOP, PET_SHOP));
        assertSays("a dog", ask("what do they have in common", DOGS, PET_SHOP));
        assertSays("nothing", ask("what is in both pictures", DOG, STREET));
    }

    @Test
    void countsAgainWhereDescriptionsDiffer() {
        Comparison comparison = new Comparison(
                PictureQuestion.parse("what changed", 2),
                (picture, asked) -> asked.startsWith("describe")
                        ? new PictureReply("", picture == 0 ? List.of("dog") : List.of("dog", "and", "cat"), 1, true)
                        : new PictureReply("0", List.of("0"), 0.7, true),
                UNSURE);
        Outcome outcome = comparison.answer();
        assertSays("nothing changed", outcome);
        assertEquals(0.7, outcome.confidence());
    }

    @Test
    void aDescriptionStandsWhereTheCountIsNotSure() {
        Map<String, List<String>> seen = Map.of("0", List.of("dog"), "1", List.of("dog", "and", "something"));
        Comparison comparison = new Comparison(
                PictureQuestion.parse("what is new", 2),
                (picture, asked) -> asked.startsWith("describe")
                        ? new PictureReply("", seen.getOrDefault(String.valueOf(picture), List.of()), 1, true)
                        : new PictureReply("", List.of(), 0, false),
                UNSURE);
        assertSays("the second has something more", comparison.answer());
    }

    @Test
    void isAsSureAsTheLeastSureOfItsParts() {
        assertEquals(0.8, ask("which has more dogs", DOG, DOGS).confidence());
        assertEquals(0.9, ask("is there a dog in both", DOG, DOG).confidence());
        assertEquals(0.9, ask("is there a car in both", DOGS, DOG, NOTHING).confidence() + 0.1, 1e-9);
    }

    @Test
    void saysWhichPictureItIsNotSureAbout() {
        String about = "I am not sure about the second picture.";
        assertUnsure(about, ask("which has more dogs", DOG, FOG));
        assertUnsure(about, ask("which one has a dog", DOG, FOG));
        assertUnsure(about, ask("how many dogs in all", DOG, FOG));
        assertUnsure(about, ask("what changed", DOG, FOG));
        assertUnsure(about, ask("is there a dog in both", DOG, FOG));
        assertUnsure("first: dog; third: dog. " + about, ask("what is this", DOG, FOG, DOG));
        assertUnsure("I am not sure about the first and the third picture.", ask("which has a dog", FOG, DOG, FOG));
        assertUnsure(UNSURE, ask("what changed", FOG, FOG));
        assertUnsure(UNSURE, ask("which picture is nicer", DOG, DOGS));
    }

    @Test
    void aPictureThatIsNotNeededMayBeUnsure() {
        assertSays("no, not in the first", ask("is there a dog in both", STREET, FOG));
        assertSays("yes, in the second", ask("is there a dog in any", FOG, DOG));
        assertEquals(0.9, ask("is there a dog in any", FOG, DOG).confidence());
    }

    @Test
    void anAnswerThatIsNoNumberIsNotSure() {
        Comparison comparison = new Comparison(
                PictureQuestion.parse("which has more dogs", 2),
                (_, _) -> new PictureReply("top left", List.of("top left"), 1, true),
                UNSURE);
        assertUnsure(UNSURE, comparison.answer());
    }

    @Test
    void endsWhenNobodyWantsItAnyMore() {
        Comparison comparison = new Comparison(
                PictureQuestion.parse("what changed", 2),
                (_, _) -> {
                    throw new CancellationException();
                },
                UNSURE);
        assertThrows(CancellationException.class, comparison::answer);
    }
}
