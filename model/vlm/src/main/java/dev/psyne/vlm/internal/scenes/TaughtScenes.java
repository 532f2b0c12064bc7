package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Picture;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.TaughtName;
import dev.psyne.vlm.TaughtThing;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import dev.psyne.vlm.internal.taught.CellEvidence;
import dev.psyne.vlm.internal.taught.Lesson;
import dev.psyne.vlm.internal.taught.TaughtCells;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lets the decoder speak of things it was never trained on. A taught thing that a picture shows, or a question names, borrows
 * a known name that neither of them has: the thing's cells show this name, the question's words for the thing become it, and
 * where the answer says it, the thing's own name is said instead. To the decoder nothing is new.
 */
final class TaughtScenes {
    private final SceneConfiguration configuration;
    private final WordTokenizer tokenizer;
    private final NameMatch names;
    private final Decoder decoder;
    private final WorkspacePool<EncoderWorkspace> encoderWork;
    private final LentNames lent;

    TaughtScenes(
            SceneConfiguration configuration,
            WordTokenizer tokenizer,
            NameMatch names,
            Decoder decoder,
            WorkspacePool<EncoderWorkspace> encoderWork) {
        this.configuration = configuration;
        this.tokenizer = tokenizer;
        this.names = names;
        this.decoder = decoder;
        this.encoderWork = encoderWork;
        this.lent = new LentNames(configuration.names(), names.unitNames(), tokenizer);
    }

    /** Refuses a question that cannot be asked. */
    void check(String question, Lessons lessons) {
        encode(question, TaughtWords.of(lessons.things(), tokenizer));
    }

    /** Refuses lessons that were given to another model. */
    void check(Lessons lessons) {
        int width = configuration.decoder().width();
        for (TaughtThing thing : lessons.things()) {
            if (thing.width() != width) {
                throw new IllegalArgumentException("'" + thing.name() + "' was taught to another model: it has "
                        + thing.width() + " features, this model has " + width + "; teach it again.");
            }
        }
    }

    /** What the decoder is asked. */
    Asked ask(Scene scene, String question, Lessons lessons) {
        List<TaughtThing> things = lessons.things();
        int[] words = encode(question, TaughtWords.of(things, tokenizer));
        SceneFeatures features = scene.features();
        if (things.isEmpty()) {
            return new Asked(framed(words), features, Map.of());
        }
        CellEvidence evidence = names.evidence(features, configuration.encoder().grid());
        int[] cells = TaughtCells.find(evidence, things);
        TreeSet<Integer> needed = new TreeSet<>();
        int first = tokenizer.vocabulary();
        Arrays.stream(words).filter(id -> id >= first).forEach(id -> needed.add(id - first));
        Arrays.stream(cells).filter(thing -> thing != TaughtCells.NONE).forEach(needed::add);
        if (needed.isEmpty()) {
            return new Asked(framed(words), features, Map.of());
        }
        Map<Integer, Integer> nameOf = lent.lend(List.copyOf(needed), words, features.chances(), cells);
        Map<Integer, String> spoken = new HashMap<>();
        nameOf.forEach((thing, name) ->
                spoken.put(configuration.names().get(name), things.get(thing).name()));
        for (int i = 0; i < words.length; i++) {
            if (words[i] >= first) {
                words[i] = wordOf(nameOf.get(words[i] - first));
            }
        }
        return new Asked(framed(words), renamed(features, cells, nameOf), spoken);
    }

    /** The word of a lent name; one that the model does not know where there was none to lend. */
    private int wordOf(@Nullable Integer name) {
        return name == null ? WordTokenizer.FIRST_BYTE : configuration.names().get(name);
    }

    private SceneFeatures renamed(SceneFeatures features, int[] cells, Map<Integer, Integer> nameOf) {
        int[] nameOfCell = Arrays.stream(cells)
                .map(thing -> nameOf.getOrDefault(thing, TaughtCells.NONE))
                .toArray();
        int[] all = nameOf.values().stream().mapToInt(Integer::intValue).toArray();
        SceneFeatures renamed = features.renamed();
        TaughtCells.centre(
                renamed.centres().values(), nameOfCell, configuration.encoder().grid());
        EncoderWorkspace work = encoderWork.acquire();
        try {
            names.rename(features, nameOfCell, all, renamed, work);
            decoder.describe(renamed, work);
            return renamed;
        } finally {
            encoderWork.release(work);
        }
    }

    private int[] encode(String question, Map<String, Integer> taught) {
        Objects.requireNonNull(question, "question");
        if (question.length() > SceneModel.MAX_QUESTION_CHARACTERS) {
            throw new ContextLengthException("The question has " + question.length() + " characters; ask in at most "
                    + SceneModel.MAX_QUESTION_CHARACTERS + ".");
        }
        Map<String, Integer> ids = new HashMap<>();
        taught.forEach((phrase, thing) -> ids.put(phrase, tokenizer.vocabulary() + thing));
        int[] words = tokenizer.encode(question, ids);
        if (words.length == 0) {
            throw new QuestionException("The question has no word in it; ask something about the picture.");
        }
        if (words.length > configuration.questionTokens()) {
            throw new ContextLengthException("The question is too long for this model: it takes " + words.length
                    + " tokens of " + configuration.questionTokens() + "; ask in fewer words.");
        }
        return words;
    }

    private static int[] framed(int[] words) {
        int[] prompt = new int[words.length + 2];
        prompt[0] = WordTokenizer.BEGIN;
        System.arraycopy(words, 0, prompt, 1, words.length);
        prompt[words.length + 1] = WordTokenizer.SEPARATOR;
        return prompt;
    }

    /** The name as it is kept, if it is one that the model does not know, nor made of the words that questions are made of. */
    String checkName(String name) {
        String checked;
        try {
            checked = TaughtName.checked(name);
        } catch (IllegalArgumentException e) {
            throw new LessonException(String.valueOf(e.getMessage()));
        }
        String words = WordTokenizer.normal(checked);
        boolean isOfQuestionWords =
                Arrays.stream(tokenizer.encode(words)).noneMatch(id -> WordTokenizer.isByte(id) || names.isName(id));
        if (tokenizer.id(words).isPresent() || isOfQuestionWords) {
            throw new LessonException("The name '" + checked
                    + "' means something to the model already; choose another, such as 'my " + checked + "'.");
        }
        return checked;
    }

    /** Begins a lesson. */
    Course begin(String name, int pictures) {
        String checked = checkName(name);
        if (pictures < Lessons.MIN_PICTURES || pictures > Lessons.MAX_PICTURES) {
            throw new LessonException("A thing is taught with " + Lessons.MIN_PICTURES + " to " + Lessons.MAX_PICTURES
                    + " pictures, not " + pictures + ".");
        }
        return new Course(checked);
    }

    /** A lesson on its way: what its pictures show. One thread's. */
    final class Course {
        private final String name;
        private final List<CellEvidence> seen = new ArrayList<>();
        private final Map<PictureDigest, Integer> digests = new HashMap<>();

        private Course(String name) {
            this.name = name;
        }

        /** Refuses a picture that was shown before. */
        void requireNew(int index, Picture picture) {
            Integer same = digests.putIfAbsent(PictureDigest.of(picture), index);
            if (same != null) {
                throw new LessonException(
                        index,
                        "Picture " + (index + 1) + " is the same as picture " + (same + 1)
                                + "; each is to show the thing anew.");
            }
        }

        void see(Scene scene) {
            seen.add(names.evidence(scene.features(), configuration.encoder().grid()));
        }

        TaughtThing learn(Instant taughtAt) {
            return new Lesson(configuration.usualEvidence()).learn(name, seen, taughtAt);
        }
    }
}
