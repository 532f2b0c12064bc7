package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.QuestionException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a question about several pictures asks for. Read from its English by the patterns of {@link QuestionTable}; what
 * none of them knows is asked of every picture.
 *
 * @param pictures those it is about, counted from 0, in the order in which it names them; all if it names none
 * @param form what it asks about them
 */
public record PictureQuestion(List<Integer> pictures, Form form) {

    /** Most pictures of one question. */
    public static final int MAX_PICTURES = 4;

    /** Most words of a question that is looked at; a longer one is asked as it is. */
    static final int MAX_WORDS = 64;

    /** What a picture is asked for what it shows. */
    static final String DESCRIBE = "describe the picture";

    /** What is asked about some pictures. */
    public sealed interface Form {}

    /** The same question about each of them; the answers are joined. */
    public record Ask(String question) implements Form {}

    /** Which of them has the most of a thing, or the fewest. */
    public record Most(String thing, boolean fewest) implements Form {}

    /** Of which of them the answer to a question of yes or no is yes, or no. */
    public record Which(String question, boolean yes) implements Form {}

    /** Whether a question of yes or no is true of all of them, or of any. */
    public record Holds(String question, boolean every) implements Form {}

    /** How many of a thing there are on all of them together. */
    public record Sum(String thing) implements Form {}

    /** Whether the first has more of a thing than the second, or fewer. */
    public record More(String thing, boolean fewer) implements Form {}

    /** What changed from each to the next. */
    public record Changes(Side side) implements Form {}

    /** What all of them show. */
    public record Common() implements Form {}

    /** Whether they show the same things; asked the other way round, whether they differ. */
    public record Same(boolean differ) implements Form {}

    /** A comparison that answers about single pictures do not make. */
    public record Beyond() implements Form {}

    /** Which changes are asked for. */
    public enum Side {
        /** What came and what went. */
        ALL,
        /** What came. */
        NEW,
        /** What went. */
        MISSING
    }

    /** Takes the pictures as they are. */
    public PictureQuestion {
        pictures = List.copyOf(pictures);
    }

    /**
     * Reads a question.
     *
     * @param count of the pictures, 2 to {@value #MAX_PICTURES}
     * @throws QuestionException if it names a picture that is not there
     */
    public static PictureQuestion parse(String text, int count) {
        if (count < 2 || count > MAX_PICTURES) {
            throw new IllegalArgumentException("a question has 2 to " + MAX_PICTURES + " pictures here, not " + count);
        }
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        if (QuestionWords.count(text) > MAX_WORDS) {
            return new PictureQuestion(all, new Ask(text));
        }
        NamedPictures named = NamedPictures.find(QuestionWords.normal(text), count);
        Form form = QuestionTable.find(named.text());
        return switch (named.pictures().size()) {
            case 0 -> new PictureQuestion(all, form == null ? new Ask(QuestionWords.ofEach(text, named.text())) : form);
            case 1 -> ofOne(named, form);
            default ->
                new PictureQuestion(
                        named.pictures(), form == null ? new Ask(QuestionWords.single(named.text())) : form);
        };
    }

    /** What came to or went from a picture is told beside the one before it. */
    private static PictureQuestion ofOne(NamedPictures named, @Nullable Form form) {
        int picture = named.pictures().getFirst();
        if (form instanceof Changes) {
            return new PictureQuestion(List.of(picture == 0 ? 1 : picture - 1, picture), form);
        }
        return new PictureQuestion(List.of(picture), new Ask(QuestionWords.single(named.text())));
    }

    /** The questions that each of the pictures is asked in any case: one, or none. */
    public List<String> parts() {
        return switch (form) {
            case Ask(String question) -> List.of(question);
            case Which(String question, boolean _) -> List.of(question);
            case Holds(String question, boolean _) -> List.of(question);
            case Most(String thing, boolean _) -> List.of(Nouns.howMany(thing));
            case More(String thing, boolean _) -> List.of(Nouns.howMany(thing));
            case Sum(String thing) -> List.of(Nouns.howMany(thing));
            case Changes _, Common _, Same _ -> List.of(DESCRIBE);
            case Beyond _ -> List.of();
        };
    }
}
