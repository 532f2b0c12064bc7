package dev.psyne.node;

import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * What a caller asks: a conversation whose pictures are files still.
 *
 * @param model the name of the model; the node's first without one
 * @param messages in order
 * @param sampling how tokens are chosen
 */
record Question(Optional<String> model, List<Message> messages, Sampling sampling) {
    /** Most pictures of a conversation. */
    static final int MAX_PICTURES = 64;

    Question {
        messages = List.copyOf(messages);
    }

    /** Words, or a picture. */
    sealed interface Part {}

    /** Words. */
    record Words(String text) implements Part {}

    /** A picture's file as it came; read until the answer is there. */
    record PictureFile(MemorySegment file) implements Part {}

    /** What one says before another does. */
    record Message(Role role, List<Part> parts) {
        Message {
            parts = List.copyOf(parts);
        }
    }

    /** The files of all pictures in order. */
    List<MemorySegment> pictures() {
        return messages.stream()
                .flatMap(message -> message.parts().stream())
                .<MemorySegment>mapMulti((part, files) -> {
                    if (part instanceof PictureFile(MemorySegment file)) {
                        files.accept(file);
                    }
                })
                .toList();
    }
}
