package dev.psyne.node;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import dev.psyne.vlm.Conversation.Role;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node's models as a service of psyne.v2. */
@Name("Vision")
interface VisionCalls {
    /** Words, or a picture: a PNG, JPEG or WebP file. One of them is there. */
    record Part(@Nullable String text, @Nullable MemorySegment picture) {}

    /** What one says before another does. */
    record Turn(Role role, List<Part> parts) {}

    /** How tokens are chosen: always the likeliest without a temperature. */
    record Choice(
            @Nullable Double temperature,
            @Nullable Double topP,
            @Nullable Integer topK,
            @Nullable Double minP,
            @Nullable Long seed,
            @Nullable Integer maxTokens) {}

    /** Some words of an answer; the last piece has none of its own and tells of the whole. */
    record Piece(String text, @Nullable AnswerWhole whole) {}

    /**
     * Answers a question, word by word.
     *
     * @param image a PNG, JPEG or WebP file
     * @param model its name; the node's first without one
     */
    Items<String> ask(
            @Name("question") String question,
            @Name("image") @Nullable MemorySegment image,
            @Name("model") @Nullable String model);

    /**
     * Answers the last turn of a conversation.
     *
     * @param model its name; the node's first without one
     */
    Items<Piece> answer(
            @Name("conversation") List<Turn> conversation,
            @Name("model") @Nullable String model,
            @Name("choice") @Nullable Choice choice);

    /** The names of the models. */
    List<String> models();
}
