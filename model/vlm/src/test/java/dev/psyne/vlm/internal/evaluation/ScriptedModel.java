package dev.psyne.vlm.internal.evaluation;

import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TokenSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** A model whose answers a test says, and which remembers what it was asked. */
final class ScriptedModel implements Model {
    /** A question that it does not take. */
    static final String REFUSED = "???";

    private final String name;
    private final BiFunction<Picture, String, String> answers;
    private final List<Picture> pictures = new ArrayList<>();
    private final List<String> questions = new ArrayList<>();

    ScriptedModel(String name, BiFunction<Picture, String, String> answers) {
        this.name = name;
        this.answers = answers;
    }

    @Override
    public Answer answer(Conversation conversation, Sampling sampling, TokenSink sink, Cancellation cancellation) {
        String question = conversation.turns().getLast().text();
        if (question.equals(REFUSED)) {
            throw new QuestionException("no word");
        }
        Picture picture = conversation.pictures().getLast();
        synchronized (this) {
            if (pictures.isEmpty() || pictures.getLast() != picture) {
                pictures.add(picture);
            }
            questions.add(question);
        }
        String text = answers.apply(picture, question);
        FinishReason reason = cancellation.isCancelled() ? FinishReason.CANCELLED : FinishReason.END;
        return new Answer(text, .5, true, 1, 1, 0, reason, 0, 0, 0);
    }

    /** How often another picture was asked about than before. */
    synchronized int pictures() {
        return pictures.size();
    }

    synchronized List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public ModelInfo info() {
        return new ModelInfo(name, "script", "", "", "", 1, 1, "none", "ab", 100, true, 1, 1, Path.of(name));
    }

    @Override
    public void check(Conversation conversation) {}

    @Override
    public ModelFigures figures() {
        return new ModelFigures(0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void warmUp() {}

    @Override
    public void close() {}
}
