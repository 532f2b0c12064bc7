package dev.psyne.vlm;

import dev.psyne.image.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked: turns in order, the last one usually the user's. Immutable, but for the pictures' bytes, which
 * nobody may change while it is in use.
 *
 * @param turns at least one
 */
public record Conversation(List<Turn> turns) {
    /** Most turns of a conversation. */
    public static final int MAX_TURNS = 1024;

    /** Most parts of a turn. */
    public static final int MAX_PARTS = 256;

    /** Checks the sizes. */
    public Conversation {
        turns = List.copyOf(turns);
        if (turns.isEmpty() || turns.size() > MAX_TURNS) {
            throw new QuestionException(
                    "A conversation has 1 to " + MAX_TURNS + " messages, this one has " + turns.size() + ".");
        }
    }

    /** Who says something. */
    public enum Role {
        /** Who sets the task. */
        SYSTEM,
        /** Who asks. */
        USER,
        /** The model. */
        ASSISTANT
    }

    /** A text or a picture. */
    public sealed interface Part {}

    /** Words. */
    public record Text(String text) implements Part {}

    /** A picture. */
    public record Image(Picture picture) implements Part {}

    /** What one says before another does. */
    public record Turn(Role role, List<Part> parts) {
        /** Checks the number of parts. */
        public Turn {
            parts = List.copyOf(parts);
            if (parts.size() > MAX_PARTS) {
                throw new QuestionException(
                        "A message has at most " + MAX_PARTS + " parts, this one has " + parts.size() + ".");
            }
        }

        /** The texts of the turn, with a space between. */
        public String text() {
            List<String> texts = new ArrayList<>();
            for (Part part : parts) {
                if (part instanceof Text(String text)) {
                    texts.add(text);
                }
            }
            return String.join(" ", texts);
        }
    }

    /** One question without a picture. */
    public static Conversation of(String question) {
        return new Conversation(List.of(new Turn(Role.USER, List.of(new Text(question)))));
    }

    /** One question about a picture. */
    public static Conversation about(Picture picture, String question) {
        return new Conversation(List.of(new Turn(Role.USER, List.of(new Image(picture), new Text(question)))));
    }

    /** All pictures in order. */
    public List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        for (Turn turn : turns) {
            for (Part part : turn.parts()) {
                if (part instanceof Image(Picture picture)) {
                    pictures.add(picture);
                }
            }
        }
        return pictures;
    }
}
