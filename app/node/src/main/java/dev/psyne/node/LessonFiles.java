package dev.psyne.node;

import dev.psyne.image.ImageException;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.LessonPictures;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pictures of a lesson as they came, decoded one at a time within the node's budget. One thread's. */
final class LessonFiles implements LessonPictures, AutoCloseable {
    private final List<MemorySegment> files;
    private final PictureMemory memory;
    private final Cancellation cancellation;
    private PictureMemory.@Nullable Decoded held;

    LessonFiles(List<MemorySegment> files, PictureMemory memory, Cancellation cancellation) {
        this.files = List.copyOf(files);
        this.memory = memory;
        this.cancellation = cancellation;
    }

    @Override
    public int count() {
        return files.size();
    }

    @Override
    public Picture picture(int index) throws InterruptedException {
        close();
        if (cancellation.isCancelled()) {
            throw new LessonException("The lesson was broken off.");
        }
        Question.Message alone = new Question.Message(Role.USER, List.of(new Question.PictureFile(files.get(index))));
        Question question = new Question(Optional.empty(), List.of(alone), Sampling.greedy());
        try {
            PictureMemory.Decoded decoded = memory.decode(question, memory.decodedBytes(question));
            held = decoded;
            return decoded.conversation().pictures().getLast();
        } catch (ImageException | TooLargeException e) {
            throw new LessonException(index, "Picture " + (index + 1) + " cannot be taken. " + e.getMessage());
        }
    }

    @Override
    public void close() {
        PictureMemory.Decoded last = held;
        held = null;
        if (last != null) {
            last.close();
        }
    }
}
