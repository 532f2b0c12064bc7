package dev.psyne.vlm.internal.evaluation;

import dev.psyne.fiber.AwaitInterruptedException;
import dev.psyne.fiber.Counter;
import dev.psyne.fiber.JobFailedException;
import dev.psyne.fiber.Scheduler;
import dev.psyne.image.ImageException;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationListener;
import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationOptions.MissingPicture;
import dev.psyne.vlm.EvaluationProblem.Kind;
import dev.psyne.vlm.EvaluationProgress;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.evaluation.AskingPlan.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Asks what is not answered yet: a job for each picture, as many at once as the options say, so that no more pictures than
 * that are in memory. The questions of a picture, and those of others for the blind score, follow one another.
 */
final class Asking {
    /** Longest answer, in tokens; those of the published sets are a few words. */
    static final int MAX_ANSWER_TOKENS = 64;

    private static final Sampling SAMPLING = Sampling.greedy().withMaxTokens(MAX_ANSWER_TOKENS);

    private final EvaluationOptions options;
    private final Dataset dataset;
    private final AskingPlan plan;
    private final PictureFolder folder;
    private final EntryReader reader;
    private final Optional<Journal> journal;
    private final Scoring scoring;
    private final ProblemList problems;
    private final Model model;
    private final EvaluationListener listener;
    private final Cancellation stop = new Cancellation();
    private volatile boolean cut;
    private long asked;

    Asking(
            EvaluationRun run,
            EntryReader reader,
            Optional<Journal> journal,
            Scoring scoring,
            ProblemList problems,
            Model model,
            EvaluationListener listener) {
        this.options = run.options();
        this.dataset = run.dataset();
        this.plan = run.plan();
        this.folder = run.folder();
        this.reader = reader;
        this.journal = journal;
        this.scoring = scoring;
        this.problems = problems;
        this.model = model;
        this.listener = listener;
    }

    /** Asks all; fewer if it is cancelled. */
    void run(Scheduler scheduler, Cancellation cancellation) throws InterruptedException {
        cancellation.onCancel(stop::cancel);
        Counter counter = Counter.create();
        Semaphore turns = new Semaphore(options.picturesAtOnce());
        try {
            for (int group = 0; group < plan.groups().size(); group++) {
                if (isDone(group)) {
                    continue;
                }
                turns.acquire();
                if (stop.isCancelled()) {
                    cut = true;
                    break;
                }
                int next = group;
                scheduler.spawn(counter, () -> {
                    try {
                        picture(next);
                    } finally {
                        turns.release();
                    }
                });
            }
        } catch (InterruptedException e) {
            stop.cancel();
            throw e;
        } finally {
            await(counter);
        }
    }

    /** Until no job is left that uses the journal. */
    private void await(Counter counter) throws InterruptedException {
        boolean interrupted = false;
        while (true) {
            try {
                counter.await();
                break;
            } catch (AwaitInterruptedException e) {
                stop.cancel();
                // The flag would end the next wait at once.
                interrupted |= Thread.interrupted();
            } catch (JobFailedException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw e;
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException("interrupted while questions were asked");
        }
    }

    private boolean isDone(int group) {
        return isDone(plan.groups().get(group), false)
                && plan.takesFrom(group).map(taken -> isDone(taken, true)).orElse(true);
    }

    private boolean isDone(Group group, boolean blind) {
        for (int i = group.begin(); i < group.end(); i++) {
            if (!scoring.has(plan.row(i), blind)) {
                return false;
            }
        }
        return true;
    }

    private void picture(int index) {
        Group group = plan.groups().get(index);
        try {
            Picture picture = folder.decode(group.file());
            questions(group, picture, Optional.empty());
            Optional<Group> taken = plan.takesFrom(index);
            if (taken.isPresent()) {
                questions(taken.get(), picture, Optional.of(dataset.pictureName(group.picture())));
            }
        } catch (ImageException | IOException e) {
            if (options.missing() == MissingPicture.FAIL) {
                stop.cancel();
                throw new EvaluationException(
                        group.file(), "cannot be decoded: " + e.getMessage() + " Or skip such pictures.", e);
            }
            problems.add(Kind.BROKEN_PICTURE, nameOf(group.file()));
        } catch (InterruptedException e) {
            cut = true;
            stop.cancel();
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            stop.cancel();
            throw e;
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void questions(Group group, Picture picture, Optional<String> blindPicture) throws InterruptedException {
        for (int i = group.begin(); i < group.end(); i++) {
            int row = plan.row(i);
            if (scoring.has(row, blindPicture.isPresent())) {
                continue;
            }
            Optional<JournalLine> line = ask(row, picture, blindPicture);
            if (line.isEmpty()) {
                cut = true;
                return;
            }
            keep(row, line.get());
        }
    }

    /** The answer; empty if it was cancelled. */
    private Optional<JournalLine> ask(int row, Picture picture, Optional<String> blindPicture)
            throws InterruptedException {
        if (stop.isCancelled()) {
            return Optional.empty();
        }
        QuestionEntry question = reader.question(row);
        try {
            Answer answer = model.answer(Conversation.about(picture, question.text()), SAMPLING, _ -> true, stop);
            return answer.reason() == FinishReason.CANCELLED
                    ? Optional.empty()
                    : Optional.of(JournalLine.of(question.id(), answer, blindPicture));
        } catch (QuestionException e) {
            if (blindPicture.isEmpty()) {
                problems.add(Kind.REFUSED_QUESTION, Long.toString(question.id()));
            }
            return Optional.of(JournalLine.refused(question.id(), blindPicture));
        }
    }

    private synchronized void keep(int row, JournalLine line) {
        journal.ifPresent(lines -> lines.append(line));
        scoring.take(row, line);
        asked++;
        listener.progress(new EvaluationProgress(
                scoring.count(), plan.askable(), scoring.overall().score()));
    }

    /** Questions asked, after the run. */
    synchronized long asked() {
        return asked;
    }

    /** Whether the end came before all was asked. */
    boolean cut() {
        return cut;
    }
}
