package dev.psyne.vlm.internal.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.LessonPictures;
import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TaughtThing;
import java.awt.image.BufferedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The embedded model is taught five drawings, and asked about new pictures of them and about what it knew before. */
class TeachingTest {
    private static final List<String> DRAWINGS = List.of("fountain", "harp", "lantern", "rosette", "squid");
    private static final List<String> KNOWN = List.of("cat", "house", "car", "apple", "umbrella");
    private static final List<String> PLACES =
            List.of("top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right");
    private static final int LESSON_PICTURES = 6;
    private static final int NEW_PICTURES = 6;

    /** Of a hundred questions about new pictures of taught things so many are answered rightly, at least. */
    private static final double RIGHT = 0.8;

    /** Of a hundred questions about what was known before at most so many are lost. */
    private static final double LOST = 0.03;

    private static Scheduler scheduler;
    private static SceneModel model;
    private static Lessons lessons;

    @BeforeAll
    static void teach() throws Exception {
        scheduler = Scheduler.create(2);
        model = SceneModel.load(EmbeddedModel.DIRECTORY, scheduler);
        Random random = new Random(11);
        List<TaughtThing> things = new ArrayList<>();
        for (String drawing : DRAWINGS) {
            things.add(model.teach("my " + drawing, pictures(random, drawing, LESSON_PICTURES), Instant.EPOCH));
        }
        lessons = new Lessons(things);
    }

    @AfterAll
    static void close() {
        model.close();
        scheduler.close();
    }

    @BeforeEach
    void know() {
        model.know(lessons);
    }

    private static LessonPictures pictures(Random random, String drawing, int count) {
        BufferedImage image = DrawnScene.drawing(drawing);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pictures.add(DrawnScene.of(random, 50, 118, List.of(image)).picture());
        }
        return LessonPictures.of(pictures);
    }

    private static String ask(Scene scene, String question) {
        Answer answer = model.ask(scene, question, Sampling.greedy(), token -> true);
        return answer.sure() ? answer.text() : "unsure";
    }

    /** Counts right answers and what the others were. */
    private static final class Tally {
        private final List<String> wrong = new ArrayList<>();
        private int asked;

        void count(Scene scene, String question, String wanted) {
            asked++;
            String answer = ask(scene, question);
            if (!answer.equals(wanted)) {
                wrong.add(question + " " + answer + ", not " + wanted);
            }
        }

        double right() {
            return 1 - wrong.size() / (double) asked;
        }

        void require() {
            assertTrue(right() >= RIGHT, asked + " asked, wrong: " + wrong);
        }
    }

    @Test
    void itNamesWhatItWasTaughtInNewPictures() {
        Random random = new Random(12);
        Tally tally = new Tally();
        for (String drawing : DRAWINGS) {
            for (int i = 0; i < NEW_PICTURES; i++) {
                BufferedImage image = DrawnScene.drawing(drawing);
                try (Scene scene = model.encode(
                        DrawnScene.of(random, 45, 118, List.of(image)).picture())) {
                    tally.count(scene, "What is this?", "my " + drawing);
                }
            }
        }
        tally.require();
    }

    @Test
    void itFindsItAmongKnownThings() {
        Random random = new Random(13);
        Tally exists = new Tally();
        Tally absent = new Tally();
        Tally where = new Tally();
        Tally sides = new Tally();
        for (int i = 0; i < 5 * NEW_PICTURES; i++) {
            String drawing = DRAWINGS.get(i % 5);
            String known = KNOWN.get(random.nextInt(5));
            DrawnScene drawn = DrawnScene.of(
                    random, 40, 62, List.of(DrawnScene.drawing(drawing), DrawnScene.drawing("known-" + known)));
            double x = drawn.places().get(0)[0];
            double other = drawn.places().get(1)[0];
            try (Scene scene = model.encode(drawn.picture())) {
                exists.count(scene, "Is there a my " + drawing + "?", "yes");
                absent.count(scene, "Do you see my " + DRAWINGS.get((i + 1) % 5) + "?", "no");
                if (Math.abs(x - other) > 30) {
                    sides.count(scene, "Is my " + drawing + " left of the " + known + "?", x < other ? "yes" : "no");
                }
                double[] middle = drawn.places().get(0);
                if (isClearlyInAThird(middle[0]) && isClearlyInAThird(middle[1])) {
                    where.count(scene, "Where is the " + drawing + "?", place(middle));
                }
            }
        }
        exists.require();
        absent.require();
        sides.require();
        where.require();
    }

    private static boolean isClearlyInAThird(double at) {
        double third = DrawnScene.SIZE / 3.0;
        return Math.abs(at - third) > 6 && Math.abs(at - 2 * third) > 6;
    }

    private static String place(double[] middle) {
        int column = (int) (3 * middle[0] / DrawnScene.SIZE);
        int row = (int) (3 * middle[1] / DrawnScene.SIZE);
        return PLACES.get(3 * row + column);
    }

    @Test
    void whatItKnewItKnows() {
        JsonNode fixture = EmbeddedModel.json("questions/questions.json");
        Map<String, Scene> scenes = new HashMap<>();
        int asked = 0;
        int before = 0;
        int after = 0;
        for (JsonNode record : fixture.get("questions")) {
            Scene scene = scenes.computeIfAbsent(
                    record.get("image").stringValue(),
                    file -> model.encode(EmbeddedModel.picture("questions/" + file)));
            String question = record.get("question").stringValue();
            asked++;
            model.know(Lessons.NONE);
            before += isRight(record, ask(scene, question)) ? 1 : 0;
            model.know(lessons);
            after += isRight(record, ask(scene, question)) ? 1 : 0;
        }
        scenes.values().forEach(Scene::close);
        assertTrue(before > asked / 2, before + " of " + asked);
        assertTrue(before - after <= LOST * asked, "of " + asked + " before " + before + ", after " + after);
    }

    private static boolean isRight(JsonNode record, String text) {
        for (JsonNode answer : record.get("answers")) {
            if (answer.stringValue().equals(text)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatItIsNotToldToKnowItForgets() {
        BufferedImage image = DrawnScene.drawing("harp");
        try (Scene scene = model.encode(
                DrawnScene.of(new Random(14), 100, 118, List.of(image)).picture())) {
            assertEquals("my harp", ask(scene, "what is this"));
            TaughtThing harp = lessons.find("My Harp").orElseThrow();
            model.know(new Lessons(List.of(harp.withName("gizmo"))));
            assertEquals("gizmo", ask(scene, "what is this"));
            model.know(Lessons.NONE);
            assertFalse(ask(scene, "what is this").contains("harp"));
        }
    }

    @Test
    void aPictureAmongOthersThatShowsNothingOrAnotherThingIsNamed() {
        Random random = new Random(15);
        Picture blank = DrawnScene.of(random, 1, 1, List.of()).picture();
        refused(1, "stands out", replaced(random, 1, blank));
        Picture other = DrawnScene.of(random, 100, 118, List.of(DrawnScene.drawing("known-house")))
                .picture();
        refused(3, "unlike the others", replaced(random, 3, other));
        LessonPictures pictures = pictures(random, "squid", 4);
        LessonException same = assertThrows(
                LessonException.class,
                () -> model.teach("x1", replaced(random, 2, pictures.picture(0), pictures), Instant.EPOCH));
        assertEquals(2, same.picture().orElseThrow());
        assertTrue(
                String.valueOf(same.getMessage()).startsWith("Picture 3 is the same as picture 1"), same.getMessage());
    }

    private static LessonPictures replaced(Random random, int index, Picture picture) {
        return replaced(random, index, picture, pictures(random, "squid", 4));
    }

    private static LessonPictures replaced(Random random, int index, Picture picture, LessonPictures pictures) {
        List<Picture> all = new ArrayList<>();
        try {
            for (int i = 0; i < pictures.count(); i++) {
                all.add(i == index ? picture : pictures.picture(i));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return LessonPictures.of(all);
    }

    private static void refused(int picture, String why, LessonPictures pictures) {
        LessonException refused = assertThrows(LessonException.class, () -> model.teach("x1", pictures, Instant.EPOCH));
        assertEquals(picture, refused.picture().orElseThrow(), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void aNameThatTheModelKnowsOrThatIsNoneIsRefused() {
        for (String name :
                List.of("cat", "Cats", "kitten", "the picture", "red", "", " ", "a.b", "x".repeat(41), "-")) {
            LessonException refused = assertThrows(LessonException.class, () -> model.checkName(name), name);
            assertTrue(refused.picture().isEmpty());
        }
        for (String name : List.of("my cat", "red car", "Émile", "t-shirt 2", "x".repeat(40))) {
            assertEquals(name, model.checkName(name));
        }
        assertEquals("my mug", model.checkName("  my   mug "));
    }

    @Test
    void tooFewAndTooManyPicturesAreRefused() {
        Random random = new Random(16);
        for (int count : new int[] {2, 11}) {
            LessonException refused = assertThrows(
                    LessonException.class, () -> model.teach("x1", pictures(random, "squid", count), Instant.EPOCH));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("3 to 10 pictures, not " + count),
                    refused.getMessage());
        }
    }

    @Test
    void lessonsOfAnotherModelAreRefused() {
        TaughtThing narrow = new TaughtThing("x1", 3, Instant.EPOCH, 0.8, List.of(new float[] {1, 0}));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> model.know(new Lessons(List.of(narrow))));
        assertTrue(String.valueOf(refused.getMessage()).contains("taught to another model"), refused.getMessage());
    }
}
