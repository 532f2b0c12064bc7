package dev.psyne.vlm.internal.chat;

import dev.psyne.tensor.Rows;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.internal.batch.Prompt;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.TemplateException;
import dev.psyne.vlm.internal.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Conversations to prompts: the template's text, a picture's rows in the place of its mark. */
final class PromptBuilder {
    private final ChatTemplate template;
    private final Map<String, String> variables;
    private final Tokenizer tokenizer;
    private final String imageToken;
    private final int imageTokenId;
    private final boolean takesPictures;
    private final int width;

    /**
     * Builds prompts.
     *
     * @param variables of the template beside the conversation
     * @param imageTokenId the token that stands for a row of a picture; negative if the model takes none
     * @param width floats of a row
     */
    PromptBuilder(
            ChatTemplate template, Map<String, String> variables, Tokenizer tokenizer, int imageTokenId, int width) {
        this.template = template;
        this.variables = Map.copyOf(variables);
        this.tokenizer = tokenizer;
        this.imageTokenId = imageTokenId;
        this.takesPictures = imageTokenId >= 0;
        this.imageToken = takesPictures ? tokenizer.decode(new int[] {imageTokenId}, true) : "";
        this.width = width;
    }

    /** The text that stands for one row of a picture. */
    String imageToken() {
        return imageToken;
    }

    /** Refuses a conversation the model cannot take. */
    void check(Conversation conversation) {
        if (!takesPictures && !conversation.pictures().isEmpty()) {
            throw new QuestionException("This model takes no pictures; ask it in words, or choose another model.");
        }
        boolean hasContent = false;
        for (Conversation.Turn turn : conversation.turns()) {
            Optional<String> special = tokenizer.findSpecial(turn.text());
            if (special.isPresent()) {
                throw new QuestionException("The question contains " + special.get()
                        + ", which steers this model and cannot be part of a text; leave it out.");
            }
            hasContent |= turn.role() == Conversation.Role.USER
                    && !turn.parts().isEmpty()
                    && (turn.parts().size() > 1 || !turn.text().isBlank());
        }
        if (!hasContent) {
            throw new QuestionException("Nothing is asked; write a question.");
        }
    }

    /** The tokens of a conversation whose pictures have been encoded, one for each of their rows as well. */
    int[] ids(Conversation conversation, List<EncodedPictures.Encoded> pictures) {
        String text = expand(render(conversation), pictures);
        if (text.length() > Tokenizer.MAX_TEXT_CHARACTERS) {
            throw new ContextLengthException("The conversation has " + text.length() + " characters; this model takes "
                    + Tokenizer.MAX_TEXT_CHARACTERS + ".");
        }
        return tokenizer.encode(text);
    }

    /** The prompt of a conversation whose pictures have been encoded, in order. */
    Prompt build(Conversation conversation, List<EncodedPictures.Encoded> pictures) {
        int[] ids = ids(conversation, pictures);
        long[] symbols = new long[ids.length];
        int rows =
                pictures.stream().mapToInt(picture -> picture.rows().capacity()).sum();
        Rows all = Rows.allocate(rows, width);
        int place = 0;
        int picture = 0;
        int row = 0;
        for (int i = 0; i < ids.length; i++) {
            symbols[i] = ids[i];
            if (takesPictures && ids[i] == imageTokenId) {
                EncodedPictures.Encoded encoded = pictures.get(picture);
                symbols[i] = Prompt.pictureSymbol(encoded.digest().first(), row);
                int from = encoded.rows().index(row);
                System.arraycopy(encoded.rows().values(), from, all.values(), all.index(place++), width);
                if (++row == encoded.rows().capacity()) {
                    picture++;
                    row = 0;
                }
            }
        }
        return new Prompt(symbols, all);
    }

    private String render(Conversation conversation) {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (Conversation.Turn turn : conversation.turns()) {
            String role = turn.role().name().toLowerCase(Locale.ROOT);
            messages.add(Map.of("role", role, "content", takesPictures ? parts(turn) : turn.text()));
        }
        try {
            return template.prompt(messages, true, variables);
        } catch (TemplateException e) {
            throw new QuestionException("The model's template does not take this conversation: " + e.getMessage());
        }
    }

    private static List<Map<String, String>> parts(Conversation.Turn turn) {
        List<Map<String, String>> parts = new ArrayList<>();
        for (Conversation.Part part : turn.parts()) {
            parts.add(
                    switch (part) {
                        case Conversation.Text(String text) -> Map.of("type", "text", "text", text);
                        case Conversation.Image _ -> Map.of("type", "image");
                    });
        }
        return parts;
    }

    private String expand(String text, List<EncodedPictures.Encoded> pictures) {
        StringBuilder expanded = new StringBuilder();
        int done = 0;
        for (EncodedPictures.Encoded picture : pictures) {
            int mark = text.indexOf(imageToken, done);
            if (mark < 0) {
                throw new QuestionException("The model's template has no place for a picture of this conversation; "
                        + "put pictures in the user's messages.");
            }
            expanded.append(text, done, mark).append(picture.placeholder());
            done = mark + imageToken.length();
        }
        return expanded.append(text, done, text.length()).toString();
    }
}
