package dev.psyne.node;

import dev.psyne.vlm.EvaluationListener;
import dev.psyne.vlm.EvaluationProgress;
import java.time.Duration;
import java.util.Locale;

/** Shows how far an evaluation is, how good so far, and when it will be done; at most ten times a second. */
final class EvalProgress implements EvaluationListener {
    private static final long SHOWN_EVERY_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private long beginNanos;
    private long shownNanos;
    private long doneAtBegin = -1;

    EvalProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void progress(EvaluationProgress progress) {
        long nanos = System.nanoTime();
        if (doneAtBegin < 0) {
            // The first answer took a time that nobody measured.
            doneAtBegin = progress.done();
            beginNanos = nanos;
        } else if (nanos - shownNanos < SHOWN_EVERY_NANOS && progress.done() < progress.total()) {
            return;
        }
        shownNanos = nanos;
        terminal.passing(line(progress, (nanos - beginNanos) / NANOS_PER_SECOND, progress.done() - doneAtBegin));
    }

    static String line(EvaluationProgress progress, double seconds, long answered) {
        String line = String.format(
                Locale.ROOT,
                "psyne: %,d of %,d questions, score %.2f %%",
                progress.done(),
                progress.total(),
                progress.score());
        if (answered == 0 || seconds <= 0) {
            return line;
        }
        double perSecond = answered / seconds;
        Duration left = Duration.ofSeconds((long) ((progress.total() - progress.done()) / perSecond));
        return line
                + String.format(
                        Locale.ROOT,
                        ", %.1f a second, %d:%02d:%02d to go",
                        perSecond,
                        left.toHours(),
                        left.toMinutesPart(),
                        left.toSecondsPart());
    }
}
