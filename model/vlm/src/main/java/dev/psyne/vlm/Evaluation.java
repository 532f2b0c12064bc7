package dev.psyne.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.internal.evaluation.EvaluationRun;

/**
 * Asks a model the questions of a published set and scores its answers: VQA v2 by the accuracy of GT-Vision-Lab/VQA (Antol
 * et al., "VQA: Visual Question Answering", 2015; Goyal et al., 2017), CLEVR (Johnson et al., 2017) by exact match.
 *
 * <pre>{@code
 * Evaluation evaluation = Evaluation.open(EvaluationOptions.of(questions, Optional.of(annotations), images));
 * EvaluationReport report = evaluation.run(model, scheduler, new Cancellation(), progress -> {});
 * }</pre>
 *
 * <p>The files are read twice: once from begin to end, of which an index of offsets stays in memory (52 bytes a question,
 * and the names of pictures and types), then entry by entry as the questions are asked. Questions are asked in the order of
 * their pictures, so that each picture is decoded and encoded once. Each answer is in the journal before the next one of its
 * picture is asked for.
 */
public final class Evaluation {
    private final EvaluationRun run;

    private Evaluation(EvaluationRun run) {
        this.run = run;
    }

    /**
     * Reads the files and finds the pictures; holds nothing open.
     *
     * @throws EvaluationException if a file is missing, broken or too large, if nothing in it can be scored, or if a picture
     *     is missing that must not be
     * @throws IllegalArgumentException if annotations are missing or not wanted
     */
    public static Evaluation open(EvaluationOptions options) {
        return new Evaluation(EvaluationRun.prepare(options));
    }

    /**
     * Asks, writes what the options name, and scores. A cancelled run ends soon, with everything written that a later one
     * needs to go on, and reports itself as not complete.
     *
     * @param scheduler runs the questions; the one the model was loaded with
     * @throws EvaluationException if the journal is another evaluation's, if a picture is broken that must not be, or if
     *     something cannot be written
     * @throws InterruptedException if the thread is interrupted; what was answered is in the journal
     */
    public EvaluationReport run(
            Model model, Scheduler scheduler, Cancellation cancellation, EvaluationListener listener)
            throws InterruptedException {
        return run.run(model, scheduler, cancellation, listener);
    }
}
