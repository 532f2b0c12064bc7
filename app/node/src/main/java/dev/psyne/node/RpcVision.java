package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaException;
import dev.psyne.memory.ByteBudget;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the calls of {@link VisionCalls}. */
record RpcVision(Vision vision, Scheduler scheduler, ByteBudget budget) implements VisionCalls {
    @Override
    public Items<String> ask(String question, @Nullable MemorySegment image, @Nullable String model) {
        List<Question.Part> parts = new ArrayList<>();
        if (image != null) {
            parts.add(new Question.PictureFile(image));
        }
        parts.add(new Question.Words(question));
        AnswerWords words = new AnswerWords(
                vision,
                budget,
                new Question(
                        Optional.ofNullable(model),
                        List.of(new Question.Message(Role.USER, parts)),
                        Sampling.greedy()));
        scheduler.spawn(words::run);
        return new Words(words);
    }

    @Override
    public List<String> models() {
        return vision.models().seen().stream()
                .map(model -> model.source().name())
                .toList();
    }

    private record Words(AnswerWords words) implements Items<String> {
        @Override
        public @Nullable String next() {
            try {
                return words.hasNext() ? words.next() : null;
            } catch (HyphaException refused) {
                throw Optional.ofNullable(refused.getCause())
                        .flatMap(cause -> cause instanceof RuntimeException why ? Refusal.of(why) : Optional.empty())
                        .map(refusal -> new RpcException(refusal.code(), refusal.sentence()))
                        .orElseGet(() -> new RpcException("failed", String.valueOf(refused.getMessage())));
            }
        }

        /** The picture may go when the model no longer looks at it. */
        @Override
        public void close() {
            words.close();
            words.awaitEnd();
        }
    }
}
