package dev.psyne.node;

import dev.psyne.hypha.HyphaException;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An answer as its words come: {@link #run} asks, whoever iterates takes. So many words are held for a slow taker, then the
 * model waits. Closing it cancels the answer.
 */
final class AnswerWords implements Iterator<String>, AutoCloseable, TokenFlow {
    /** Words that wait for the taker; most answers are shorter, and leave their slot to the next at once. */
    private static final int HELD_WORDS = 256;

    private final Vision vision;
    private final ByteBudget budget;
    private final Question question;
    private final Cancellation cancellation = new Cancellation();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<String> words = new ArrayDeque<>();
    private @Nullable Answer answer;
    private @Nullable RuntimeException failure;
    private boolean ended;

    AnswerWords(Vision vision, ByteBudget budget, Question question) {
        this.vision = vision;
        this.budget = budget;
        this.question = question;
    }

    /** Asks, as a job; ends with the answer. */
    void run() {
        long bytes = VisionService.bytes(question);
        boolean reserved = budget.tryReserve(bytes);
        try {
            if (!reserved) {
                throw new BusyException("the node's memory for requests is in use; try again in a second");
            }
            end(vision.ask(question, this), null);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            end(null, new HyphaException("the node is stopping"));
        } catch (RuntimeException e) {
            end(null, refusal(e));
        } finally {
            budget.release(reserved ? bytes : 0);
        }
    }

    private static RuntimeException refusal(RuntimeException e) {
        return Refusal.of(e)
                .<RuntimeException>map(refusal -> new HyphaException(refusal.code() + ": " + refusal.sentence(), e))
                .orElse(e);
    }

    private void end(@Nullable Answer whole, @Nullable RuntimeException why) {
        lock.lock();
        try {
            answer = whole;
            failure = why;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The whole answer, once all words are taken. */
    Optional<Answer> answer() {
        lock.lock();
        try {
            return Optional.ofNullable(answer);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is done for it any more. */
    void awaitEnd() {
        lock.lock();
        try {
            while (!ended) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean hasNext() {
        lock.lock();
        try {
            while (words.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            if (words.isEmpty() && failure != null) {
                throw failure;
            }
            return !words.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String next() {
        lock.lock();
        try {
            if (!hasNext()) {
                throw new NoSuchElementException("the answer has ended");
            }
            changed.signalAll();
            return words.remove();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean permit() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (words.size() >= HELD_WORDS && !cancellation.isCancelled()) {
                changed.await();
            }
            return !cancellation.isCancelled();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean deliver(TokenMessage token) {
        lock.lock();
        try {
            words.add(token.text());
            changed.signalAll();
            return !cancellation.isCancelled();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public void close() {
        cancellation.cancel();
        lock.lock();
        try {
            words.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
