package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Picture;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.internal.comparison.PictureQuestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a conversation asks of a model that does not talk: its last question, about the pictures of the last message that
 * has any.
 *
 * @param pictures at least one
 * @param question to each of them
 * @param several what is asked about several pictures; null for a question about one, which is the only one then
 */
record AskedConversation(
        List<Picture> pictures, String question, @Nullable PictureQuestion several) {
    AskedConversation {
        pictures = List.copyOf(pictures);
    }

    /**
     * Reads a conversation.
     *
     * @throws QuestionException if it has no pictures, too many, or names one that is not there
     */
    static AskedConversation of(Conversation conversation) {
        List<Picture> pictures = pictures(conversation);
        String question = question(conversation);
        if (pictures.isEmpty()) {
            throw new QuestionException("This model answers about pictures; add one to the question.");
        }
        if (pictures.size() > PictureQuestion.MAX_PICTURES) {
            throw new QuestionException("The question has " + pictures.size() + " pictures; this model takes at most "
                    + PictureQuestion.MAX_PICTURES + " in one question.");
        }
        if (pictures.size() == 1 || question.length() > SceneModel.MAX_QUESTION_CHARACTERS) {
            return new AskedConversation(pictures, question, null);
        }
        PictureQuestion several = PictureQuestion.parse(question, pictures.size());
        boolean isOne = several.pictures().size() == 1;
        if (isOne && several.form() instanceof PictureQuestion.Ask(String asked)) {
            return new AskedConversation(List.of(pictures.get(several.pictures().getFirst())), asked, null);
        }
        return new AskedConversation(pictures, question, several);
    }

    private static List<Picture> pictures(Conversation conversation) {
        for (Conversation.Turn turn : conversation.turns().reversed()) {
            List<Picture> pictures = new ArrayList<>();
            for (Conversation.Part part : turn.parts()) {
                if (part instanceof Conversation.Image(Picture picture)) {
                    pictures.add(picture);
                }
            }
            if (!pictures.isEmpty()) {
                return pictures;
            }
        }
        return List.of();
    }

    private static String question(Conversation conversation) {
        for (Conversation.Turn turn : conversation.turns().reversed()) {
            if (turn.role() == Conversation.Role.USER && !turn.text().isBlank()) {
                return turn.text();
            }
        }
        return "";
    }

    /** What the model is asked for certain, so that a question too long for it is refused before pictures are looked at. */
    List<String> parts() {
        return several == null ? List.of(question) : several.parts();
    }
}
