package dev.psyne.vlm.internal.comparison;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.QuestionException;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What questions about several pictures are taken for: each line is a question, the pictures it is about, what it asks. */
class PictureQuestionTest {
    private static final String OF_TWO = """
            In the first picture, is there a dog?            | 1   | ask: is there a dog
            Is there a dog in picture 2?                     | 2   | ask: is there a dog
            is there a dog in image #2                       | 2   | ask: is there a dog
            what is in the first picture                     | 1   | ask: what is in the picture
            What's in the second image?                      | 2   | ask: what is in the picture
            what is on the left one                          | 1   | ask: what is in the picture
            what is in the right picture                     | 2   | ask: what is in the picture
            what is in the picture on the right              | 2   | ask: what is in the picture
            what do you see in the last one                  | 2   | ask: what do you see
            where is the dog in the 2nd photo                | 2   | ask: where is the dog
            where in the second picture is the dog           | 2   | ask: where in the picture is the dog
            what colour is the circle in the first           | 1   | ask: what colour is the circle
            how many apples are in picture one               | 1   | ask: how many apples are in the picture
            how many apples are there in picture number two  | 2   | ask: how many apples are there
            describe the second picture                      | 2   | ask: describe the picture
            please tell me what the second picture shows     | 2   | ask: what the picture shows
            what does image 1 show                           | 1   | ask: what does the picture show
            is the dog left of the cat in the first image    | 1   | ask: is the dog left of the cat
            what is at the left                              | 1 2 | ask: what is at the left
            what is on the right                             | 1 2 | ask: what is on the right
            What is this?                                    | 1 2 | ask: What is this?
            what is the first thing                          | 1 2 | ask: what is the first thing
            which is bigger, the dog or the cat?             | 1 2 | ask: which is bigger, the dog or the cat?
            what is in the pictures                          | 1 2 | ask: what is in the picture
            what is in each picture                          | 1 2 | ask: what is in the picture
            describe both pictures                           | 1 2 | ask: describe the picture
            what do the pictures show                        | 1 2 | ask: what does the picture show
            how many dogs are in each picture                | 1 2 | ask: how many dogs are in the picture

            Which picture has more apples?                   | 1 2 | most apples
            which one has the most red circles               | 1 2 | most red circles
            which of them has more apples in it              | 1 2 | most apples
            which of the two pictures shows most dogs        | 1 2 | most dogs
            in which picture are there more dogs             | 1 2 | most dogs
            on which one do you see more things              | 1 2 | most things
            where are more apples                            | 1 2 | most apples
            which has more                                   | 1 2 | most things
            which picture has fewer apples                   | 1 2 | fewest apples
            which image has the least dogs                   | 1 2 | fewest dogs
            does the second picture have more dogs than the first | 2 1 | more dogs
            are there fewer dogs in the first picture than in the second | 1 2 | fewer dogs

            Which one has a dog?                             | 1 2 | yes: is there a dog
            which picture shows an apple                     | 1 2 | yes: is there an apple
            which has dogs                                   | 1 2 | yes: are there any dogs
            in which picture is the dog                      | 1 2 | yes: is there a dog
            in which one do you see a red circle             | 1 2 | yes: is there a red circle
            which picture is the dog in                      | 1 2 | yes: is there a dog
            in which picture is the dog left of the cat      | 1 2 | yes: is the dog left of the cat
            which picture has no dog                         | 1 2 | no: is there a dog
            which one does not show a dog                    | 1 2 | no: is there a dog
            which picture is nicer                           | 1 2 | beyond
            which picture has the biggest dog                | 1 2 | beyond

            Is there a dog in both?                          | 1 2 | all: is there a dog
            is there an apple in all of the pictures         | 1 2 | all: is there an apple
            are there dogs in every picture                  | 1 2 | all: are there any dogs
            can you see a cat in both of them                | 1 2 | all: is there a cat
            do both show a cat                               | 1 2 | all: is there a cat
            do both pictures have a cat                      | 1 2 | all: is there a cat
            do they all have a cat                           | 1 2 | all: is there a cat
            does each picture contain a cat                  | 1 2 | all: is there a cat
            is the dog in both pictures                      | 1 2 | all: is there a dog
            is the dog left of the cat in both pictures      | 1 2 | all: is the dog left of the cat
            is there a dog in any of them                    | 1 2 | any: is there a dog
            is there a dog in either picture                 | 1 2 | any: is there a dog
            does any picture show a dog                      | 1 2 | any: is there a dog

            How many apples are there in all?                | 1 2 | sum apples
            how many apples are there together               | 1 2 | sum apples
            how many apples in total                         | 1 2 | sum apples
            how many things do you see in both pictures      | 1 2 | sum things
            how many apples are in the pictures together     | 1 2 | sum apples
            how many apples do they have together            | 1 2 | sum apples
            count all dogs in both pictures                  | 1 2 | sum dogs
            what is the total number of dogs                 | 1 2 | sum dogs
            how many apples are there                        | 1 2 | ask: how many apples are there

            What changed?                                    | 1 2 | changes all
            what has changed between the pictures            | 1 2 | changes all
            what is different                                | 1 2 | changes all
            what is different in the second picture          | 1 2 | changes all
            what are the differences between these two images | 1 2 | changes all
            find the differences                             | 1 2 | changes all
            how do they differ                               | 1 2 | changes all
            what changed from the second to the first        | 2 1 | changes all
            compare the pictures                             | 1 2 | changes all
            what is new                                      | 1 2 | changes new
            what is new in the second one                    | 1 2 | changes new
            what was added                                   | 1 2 | changes new
            what is missing                                  | 1 2 | changes missing
            what is missing in the first picture             | 2 1 | changes missing
            what disappeared                                 | 1 2 | changes missing
            what does the second have that the first does not | 2 1 | changes missing
            are they the same                                | 1 2 | same
            are the pictures identical                       | 1 2 | same
            is the first picture the same as the second      | 1 2 | same
            do both pictures show the same thing             | 1 2 | same
            are they different                               | 1 2 | differ
            is there a difference                            | 1 2 | differ
            did anything change                              | 1 2 | differ
            is anything missing                              | 1 2 | differ
            what is in both pictures                         | 1 2 | common
            what do they have in common                      | 1 2 | common
            what stayed the same                             | 1 2 | common
            """;

    private static final String OF_FOUR = """
            what is in the last picture                      | 4       | ask: what is in the picture
            what is in the 3rd one                           | 3       | ask: what is in the picture
            what is in the left picture                      | 1 2 3 4 | ask: what is in the left picture
            what is in the first and the third picture       | 1 3     | ask: what is in the picture
            how many dogs are in the first and second picture together | 1 2 | sum dogs
            is there a dog in pictures                       | 1 2 3 4 | ask: is there a dog
            what is different between picture 2 and picture 4 | 2 4    | changes all
            what is new in the third picture                 | 2 3     | changes new
            which of the four pictures has the most dogs     | 1 2 3 4 | most dogs
            do all four show a dog                           | 1 2 3 4 | all: is there a dog
            """;

    @Test
    void readsQuestionsAboutTwoPictures() {
        assertRead(OF_TWO, 2);
    }

    @Test
    void readsQuestionsAboutFourPictures() {
        assertRead(OF_FOUR, 4);
    }

    private static void assertRead(String table, int pictures) {
        assertAll(table.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" *\\| *"))
                .map(row -> () -> {
                    PictureQuestion read = PictureQuestion.parse(row[0].strip(), pictures);
                    assertEquals(row[1] + " | " + row[2], told(read), row[0]);
                }));
    }

    private static String told(PictureQuestion question) {
        StringBuilder text = new StringBuilder();
        question.pictures().forEach(picture -> text.append(picture + 1).append(' '));
        return text + "| "
                + switch (question.form()) {
                    case PictureQuestion.Ask(String asked) -> "ask: " + asked;
                    case PictureQuestion.Most(String thing, boolean fewest) -> (fewest ? "fewest " : "most ") + thing;
                    case PictureQuestion.More(String thing, boolean fewer) -> (fewer ? "fewer " : "more ") + thing;
                    case PictureQuestion.Sum(String thing) -> "sum " + thing;
                    case PictureQuestion.Which(String asked, boolean yes) -> (yes ? "yes: " : "no: ") + asked;
                    case PictureQuestion.Holds(String asked, boolean every) -> (every ? "all: " : "any: ") + asked;
                    case PictureQuestion.Changes(PictureQuestion.Side side) ->
                        "changes " + side.name().toLowerCase(Locale.ROOT);
                    case PictureQuestion.Common _ -> "common";
                    case PictureQuestion.Same(boolean differ) -> differ ? "differ" : "same";
                    case PictureQuestion.Beyond _ -> "beyond";
                };
    }

    @Test
    void refusesAPictureThatIsNotThere() {
        QuestionException e =
                assertThrows(QuestionException.class, () -> PictureQuestion.parse("what is in the third picture", 2));
        assertEquals(
                "The question is about picture 3, but there are 2 pictures; ask about one of them.", e.getMessage());
    }

    @Test
    void refusesOtherNumbersOfPictures() {
        IntStream.of(0, 1, 5)
                .forEach(count -> assertThrows(
                        IllegalArgumentException.class, () -> PictureQuestion.parse("what changed", count)));
    }

    @Test
    void takesAnyTextAsAQuestion() {
        for (String text :
                new String[] {"", " ", "?!", "the first", "in in in", "which", "\u0000", "どれ", "dog ".repeat(60)}) {
            assertTrue(PictureQuestion.parse(text, 4).pictures().size() > 0, text);
        }
    }

    @Test
    void aQuestionOfVeryManyWordsIsAskedAsItIs() {
        String text = "which picture has more apples and ".repeat(100);
        assertEquals(
                new PictureQuestion.Ask(text), PictureQuestion.parse(text, 2).form());
    }

    @Test
    void everyLineOfTheTableHasAForm() {
        for (String line : QuestionTable.QUESTIONS.split("\n")) {
            String form = line.split(" +")[0];
            assertInstanceOf(
                    PictureQuestion.Form.class, QuestionTable.form(form, new QuestionPattern.Found("dogs", "is it")));
        }
    }
}
