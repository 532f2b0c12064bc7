package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import dev.psyne.vlm.internal.comparison.Comparison;
import dev.psyne.vlm.internal.comparison.Outcome;
import dev.psyne.vlm.internal.comparison.PictureQuestion;
import dev.psyne.vlm.internal.comparison.PictureReply;
import dev.psyne.vlm.internal.comparison.PicturesAsked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * Asks the model about one picture after the other, so that their answers can be put together. One question's; used by one
 * thread.
 */
final class SeveralPictures implements PicturesAsked {
    private final SceneModel model;
    private final Map<Integer, Scene> scenes;
    private final Sampling sampling;
    private final Cancellation cancellation;
    private int promptTokens;

    /**
     * Pictures of one question.
     *
     * @param scenes by the number of their picture
     * @param sampling of the single answers; what limits and stops an answer is left to the one they make together
     */
    SeveralPictures(SceneModel model, Map<Integer, Scene> scenes, Sampling sampling, Cancellation cancellation) {
        this.model = model;
        this.scenes = Map.copyOf(scenes);
        this.sampling =
                sampling.withStop(List.of()).withMaxTokens(Integer.MAX_VALUE).withLikeliest(0);
        this.cancellation = cancellation;
    }

    /** Answers a question about all of them or some; one that nobody wants any more has no text. */
    Answer answer(PictureQuestion question, String sentence, JoinedAnswer joined) {
        try {
            Outcome outcome = new Comparison(question, this, sentence).answer();
            return joined.give(outcome, promptTokens);
        } catch (CancellationException _) {
            return joined.cancelled(promptTokens);
        }
    }

    @Override
    public PictureReply ask(int picture, String question) {
        if (cancellation.isCancelled()) {
            throw new CancellationException("nobody wants the answer any more");
        }
        List<String> words = new ArrayList<>();
        Scene scene = Objects.requireNonNull(scenes.get(picture), "a scene of the question");
        Answer answer = model.ask(scene, question, sampling, token -> {
            add(token, words);
            return !cancellation.isCancelled();
        });
        promptTokens += answer.promptTokens();
        if (answer.reason() == FinishReason.CANCELLED || cancellation.isCancelled()) {
            throw new CancellationException("nobody wants the answer any more");
        }
        return new PictureReply(
                answer.text(),
                words,
                answer.confidence(),
                answer.sure() && !answer.text().isBlank());
    }

    /** A token begins a word if a space stands before it; the others are pieces of the word before them. */
    private static void add(Token token, List<String> words) {
        String text = token.text();
        if (words.isEmpty() || text.startsWith(" ")) {
            words.add(text.strip());
        } else {
            words.addLast(words.removeLast() + text);
        }
    }
}
