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
import java.util.Objects;
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
        return new Words(begin(List.of(new Question.Message(Role.USER, parts)), model, Sampling.greedy()));
    }

    @Override
    public Items<Piece> answer(List<Turn> conversation, @Nullable String model, @Nullable Choice choice) {
        List<Question.Message> messages = new ArrayList<>();
        for (Turn turn : conversation) {
            messages.add(new Question.Message(
                    turn.role(), turn.parts().stream().map(RpcVision::part).toList()));
        }
        if (messages.isEmpty()) {
            throw invalid("the conversation is empty: nothing is asked");
        }
        return new Pieces(new Words(begin(messages, model, choice == null ? Sampling.greedy() : sampling(choice))));
    }

    @Override
    public List<String> models() {
        return vision.models().seen().stream()
                .map(model -> model.source().name())
                .toList();
    }

    private AnswerWords begin(List<Question.Message> messages, @Nullable String model, Sampling sampling) {
        AnswerWords words =
                new AnswerWords(vision, budget, new Question(Optional.ofNullable(model), messages, sampling));
        scheduler.spawn(words::run);
        return words;
    }

    private static Question.Part part(Part part) {
        if (part.text() != null && part.picture() == null) {
            return new Question.Words(part.text());
        }
        if (part.picture() != null && part.text() == null) {
            return new Question.PictureFile(part.picture());
        }
        throw invalid("a part of a turn has a text or a picture, and not both");
    }

    private static Sampling sampling(Choice choice) {
        try {
            double temperature = Objects.requireNonNullElse(choice.temperature(), 0.0);
            Sampling sampling = temperature == 0
                    ? Sampling.greedy()
                    : Sampling.topP(
                                    temperature,
                                    Objects.requireNonNullElse(choice.topP(), 1.0),
                                    Objects.requireNonNullElse(choice.seed(), 0L))
                            .withTopK(Objects.requireNonNullElse(choice.topK(), Sampling.ALL_TOKENS))
                            .withMinP(Objects.requireNonNullElse(choice.minP(), 0.0));
            return sampling.withMaxTokens(Objects.requireNonNullElse(choice.maxTokens(), Integer.MAX_VALUE));
        } catch (IllegalArgumentException wrong) {
            throw invalid(String.valueOf(wrong.getMessage()));
        }
    }

    private static RpcException invalid(String sentence) {
        return new RpcException("invalid_argument", sentence);
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

    /** The words, and the whole behind them. */
    private static final class Pieces implements Items<Piece> {
        private final Words words;
        private boolean ended;

        private Pieces(Words words) {
            this.words = words;
        }

        @Override
        public @Nullable Piece next() {
            if (ended) {
                return null;
            }
            String text = words.next();
            if (text != null) {
                return new Piece(text, null);
            }
            ended = true;
            return words.words()
                    .answer()
                    .map(AnswerWhole::of)
                    .map(whole -> new Piece("", whole))
                    .orElse(null);
        }

        @Override
        public void close() {
            words.close();
        }
    }
}
