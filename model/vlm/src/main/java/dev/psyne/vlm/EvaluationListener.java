package dev.psyne.vlm;

/** Hears how far an evaluation is: after each answer, from any thread, one at a time; must be quick. */
@FunctionalInterface
public interface EvaluationListener {
    /** So far it is. */
    void progress(EvaluationProgress progress);
}
