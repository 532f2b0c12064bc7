package dev.psyne.node;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node's models as a service of psyne.v2. */
@Name("Vision")
interface VisionCalls {
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

    /** The names of the models. */
    List<String> models();
}
