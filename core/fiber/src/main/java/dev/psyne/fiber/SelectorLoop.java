package dev.psyne.fiber;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One thread that waits for channels of the JDK to become ready, and for points in time; what it calls must not wait. Jobs belong to a
 * {@link Scheduler}: this is for the few who hand bytes over between it and the network. A failure of what it calls goes to a
 * handler and the loop goes on.
 */
public final class SelectorLoop implements AutoCloseable {
    /** Called on the loop's thread when a channel is ready. */
    public interface Ready {
        /** {@code key} says for what. */
        void ready(SelectionKey key) throws IOException;
    }

    private record Timed(long atNanos, long order, Runnable task) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed other) {
            int byTime = Long.compare(atNanos - other.atNanos, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final Consumer<Throwable> failures;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> turnEnd = new ArrayDeque<>();
    private final PriorityQueue<Timed> timed = new PriorityQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean closed;
    private long order;

    private SelectorLoop(String name, Consumer<Throwable> failures) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector for " + name, e);
        }
        this.failures = failures;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Starts a loop.
     *
     * @param name of its thread
     * @param failures is told what a task or a channel's action throws
     * @throws UncheckedIOException if the machine has no selector left
     */
    public static SelectorLoop start(String name, Consumer<Throwable> failures) {
        SelectorLoop loop = new SelectorLoop(name, failures);
        loop.thread.start();
        return loop;
    }

    /** Whether the caller is the loop. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs a task on the loop's thread, behind those that were given before.
     *
     * @throws RejectedExecutionException if the loop is closed
     */
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the loop " + thread.getName() + " is closed");
        }
        tasks.add(task);
        if (!isCurrent() && woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Runs a task when all that is ready now has been served; on the loop's thread only. */
    public void atEndOfTurn(Runnable task) {
        requireCurrent();
        turnEnd.add(task);
    }

    /** Runs a task in so many nanoseconds; on the loop's thread only. One that is pointless by then finds that out itself. */
    public void schedule(long delayNanos, Runnable task) {
        requireCurrent();
        timed.add(new Timed(System.nanoTime() + delayNanos, order++, task));
    }

    /** Watches a channel that does not block; on the loop's thread only. */
    public SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
        requireCurrent();
        return channel.register(selector, operations, ready);
    }

    /** Ends the thread when it has done what it was given before; channels stay as they are. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void requireCurrent() {
        if (!isCurrent()) {
            throw new IllegalStateException("only on the thread " + thread.getName());
        }
    }

    private void run() {
        try (Selector open = selector) {
            while (!closed) {
                open.select(this::ready, waitMillis());
                woken.set(false);
                runTasks();
            }
            runTasks();
        } catch (IOException broken) {
            closed = true;
            failures.accept(broken);
        }
    }

    /** 0 without an end. */
    private long waitMillis() {
        Timed next = timed.peek();
        if (next == null) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.atNanos - System.nanoTime()) + 1);
    }

    private void ready(SelectionKey key) {
        guarded(() -> {
            try {
                if (key.isValid()) {
                    ((Ready) key.attachment()).ready(key);
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
        long now = System.nanoTime();
        for (Timed next = timed.peek(); next != null && next.atNanos - now <= 0; next = timed.peek()) {
            timed.remove();
            guarded(next.task);
        }
        for (Runnable task = turnEnd.poll(); task != null; task = turnEnd.poll()) {
            guarded(task);
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            failures.accept(failure);
        }
    }
}
