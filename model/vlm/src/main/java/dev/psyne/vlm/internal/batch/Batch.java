package dev.psyne.vlm.internal.batch;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Priority;
import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.ModelBusyException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.language.LanguageModel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sequences of one decoder, computed together step by step (Yu et al., 2022, continuous batching): one job runs the
 * steps as long as there is something to compute, and ends when there is not. Any thread may submit.
 */
public final class Batch implements AutoCloseable {
    private final LanguageModel model;
    private final Scheduler scheduler;
    private final BatchOptions options;
    private final BatchSteps steps;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Sequence> arrivals = new ArrayDeque<>();
    private boolean isRunning;
    private boolean isSignalled;
    private boolean isClosed;
    private int unfinished;

    /** A batch of a model, whose steps run as jobs of the scheduler. */
    public Batch(LanguageModel model, Scheduler scheduler, BatchOptions options) {
        this.model = model;
        this.scheduler = scheduler;
        this.options = options;
        this.steps = new BatchSteps(model, scheduler, options, this::finished);
    }

    /**
     * Joins at the next step that has room.
     *
     * @throws ContextLengthException if the prompt is longer than the context, or than the memory holds
     * @throws ModelBusyException if too many wait already
     * @throws IllegalStateException if the batch is closed
     */
    public Sequence submit(Prompt prompt, Sampling sampling) {
        int room = options.contextTokens() - prompt.length();
        if (room < 1) {
            throw new ContextLengthException(
                    "The conversation has " + prompt.length() + " tokens, its pictures included; " + "this model takes "
                            + (options.contextTokens() - 1) + ". Ask with less.");
        }
        if (prompt.length() >= steps.most()) {
            throw new ContextLengthException(
                    "The conversation has " + prompt.length() + " tokens, its pictures included; "
                            + "the memory given to the model holds " + steps.most() + ". Ask with less.");
        }
        int most = Math.min(sampling.maxTokens(), Math.min(room, steps.most() - prompt.length()));
        Sequence sequence = new Sequence(prompt, sampling, most, model.shape().keyValues(), this::wake);
        lock.lock();
        try {
            requireOpen();
            if (unfinished >= options.sequences() + options.waiting()) {
                throw new ModelBusyException("The model is busy: " + options.sequences()
                        + " questions are being answered and " + options.waiting()
                        + " are waiting; try again in a second.");
            }
            unfinished++;
            arrivals.add(sequence);
        } finally {
            lock.unlock();
        }
        wake();
        return sequence;
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    /** What it has done, and does. */
    public BatchStatistics statistics() {
        return steps.statistics();
    }

    private void finished() {
        lock.lock();
        try {
            unfinished--;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            isSignalled = true;
            if (isRunning) {
                return;
            }
            isRunning = true;
        } finally {
            lock.unlock();
        }
        try {
            scheduler.spawn(Priority.HIGH, this::run);
        } catch (RuntimeException refused) {
            endAll(refused);
            throw refused;
        }
    }

    private void run() {
        try {
            do {
                // Readers and those who come are jobs too; one worker shall not keep them until all is computed.
                Thread.yield();
                if (!arrive()) {
                    endAll(new IllegalStateException("the model is closed"));
                    return;
                }
            } while (steps.step() || goesOn());
        } catch (RuntimeException failure) {
            // Whoever waits for a token is told.
            endAll(failure);
        } catch (Error failure) {
            endAll(failure);
            throw failure;
        }
    }

    /** Takes who came meanwhile; false if the batch is closed. */
    private boolean arrive() {
        lock.lock();
        try {
            isSignalled = false;
            Sequence sequence;
            while ((sequence = arrivals.poll()) != null) {
                steps.add(sequence);
            }
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether anything was said since the last arrivals; nobody runs the steps otherwise. */
    private boolean goesOn() {
        lock.lock();
        try {
            isRunning = isSignalled;
            return isRunning;
        } finally {
            lock.unlock();
        }
    }

    private void endAll(Throwable reason) {
        lock.lock();
        try {
            Sequence sequence;
            while ((sequence = arrivals.poll()) != null) {
                steps.add(sequence);
            }
            steps.endAll(reason);
            isRunning = false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all sequences. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
        } finally {
            lock.unlock();
        }
        try {
            wake();
        } catch (JobRejectedException stopped) {
            // A scheduler that was closed first runs nothing any more; all sequences have been told.
        }
    }
}
