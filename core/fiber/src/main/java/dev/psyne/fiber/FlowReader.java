package dev.psyne.fiber;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes the items of a {@link Flow.Publisher} one after another; a job that waits for the next gives its worker away. At most
 * {@code demand} items are asked for and not yet taken, so a publisher is never faster than its reader by more.
 *
 * <p>Read by one thread at a time. The publisher signals on threads of its own, which never wait here. {@link #close()} may
 * be called by any thread: it cancels the subscription, and a reader that waits sees the end. A publisher that fails, or that
 * sends more than was asked for, fails the reader behind the items that came before. The rules are those of Reactive Streams
 * 1.0.4, in Java's {@link Flow}.
 *
 * <pre>{@code
 * try (FlowReader<Frame> frames = FlowReader.subscribe(camera, 4)) {
 *     while (frames.hasNext()) {
 *         encode(frames.next());
 *     }
 * }
 * }</pre>
 */
public final class FlowReader<T> implements Iterator<T>, AutoCloseable {
    /** The most items that may be asked for ahead; a place for each is kept. */
    public static final int MAX_DEMAND = 1 << 20;

    private final @Nullable Object[] items;
    /** So many taken items are asked for again at once. */
    private final int batch;

    /** Serialises the calls of the subscription (rule 2.7); never taken by a signal that follows onSubscribe. */
    private final ReentrantLock calls = new ReentrantLock();

    private Flow.@Nullable Subscription subscription;
    private int takenSinceRequest;
    private volatile long taken;
    private volatile long received;
    private @Nullable Throwable failure;
    private volatile boolean ended;
    /** The end is of our making: the publisher does not know it. */
    private volatile boolean overrun;

    private volatile boolean closed;
    private volatile @Nullable Thread waiting;

    private FlowReader(int demand) {
        items = new Object[demand];
        batch = (demand + 1) / 2;
    }

    /**
     * Subscribes, and asks for {@code demand} items.
     *
     * @throws IllegalArgumentException if {@code demand} is not 1 to {@link #MAX_DEMAND}
     */
    public static <T> FlowReader<T> subscribe(Flow.Publisher<? extends T> publisher, int demand) {
        if (demand < 1 || demand > MAX_DEMAND) {
            throw new IllegalArgumentException("demand must be 1 to " + MAX_DEMAND + " items: " + demand);
        }
        FlowReader<T> reader = new FlowReader<>(demand);
        publisher.subscribe(reader.new Signals());
        return reader;
    }

    /**
     * Waits until there is an item, or there will be none: the publisher completed, or the reader is closed.
     *
     * @throws JobFailedException if the publisher failed and the items before that are taken; the cause is its failure
     * @throws AwaitInterruptedException if the thread is interrupted while it waits
     */
    @Override
    public boolean hasNext() {
        return hasItem() || awaitItem(Long.MAX_VALUE, null);
    }

    /**
     * As {@link #hasNext()}, for so long at most (zero or less: only if it is known).
     *
     * @throws AwaitTimeoutException if there was neither an item nor the end in time
     */
    public boolean hasNext(Duration timeout) {
        return hasItem() || awaitItem(Math.max(0, TimeUnit.NANOSECONDS.convert(timeout)), timeout);
    }

    /**
     * Waits for the next item as {@link #hasNext()} does, and takes it.
     *
     * @throws NoSuchElementException if there is none
     */
    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException(closed ? "the reader is closed" : "the publisher has completed");
        }
        long now = taken;
        int place = (int) (now % items.length);
        @SuppressWarnings("unchecked") // only the publisher's items are put there
        T item = (T) Objects.requireNonNull(items[place]);
        items[place] = null;
        taken = now + 1;
        takenSinceRequest++;
        if (takenSinceRequest == batch) {
            takenSinceRequest = 0;
            request();
        }
        return item;
    }

    /** Cancels the subscription and drops the items that were not taken. Idempotent. */
    @Override
    public void close() {
        calls.lock();
        try {
            Flow.Subscription open = subscription;
            if (!closed && (!ended || overrun) && open != null) {
                open.cancel();
            }
            closed = true;
        } finally {
            calls.unlock();
        }
        wake();
    }

    private boolean hasItem() {
        return !closed && taken != received;
    }

    private boolean awaitItem(long nanos, @Nullable Duration timeout) {
        long start = System.nanoTime();
        Thread self = Thread.currentThread();
        waiting = self;
        try {
            while (!closed) {
                // Read before the items: what was sent before the end is taken before the end is told.
                boolean last = ended;
                if (hasItem()) {
                    return true;
                }
                if (last) {
                    return rethrow();
                }
                if (self.isInterrupted()) {
                    throw new AwaitInterruptedException("interrupted while waiting for an item");
                }
                if (timeout == null) {
                    LockSupport.park(this);
                } else {
                    long left = nanos - (System.nanoTime() - start);
                    if (left <= 0) {
                        throw new AwaitTimeoutException("item of a publisher", timeout);
                    }
                    LockSupport.parkNanos(this, left);
                }
            }
            return false;
        } finally {
            waiting = null;
        }
    }

    private boolean rethrow() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new JobFailedException(thrown);
        }
        return false;
    }

    private void request() {
        calls.lock();
        try {
            Flow.Subscription open = subscription;
            if (!closed && !ended && open != null) {
                open.request(batch);
            }
        } finally {
            calls.unlock();
        }
    }

    private void wake() {
        Thread reader = waiting;
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }

    /** What the publisher sees. */
    private final class Signals implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription flow) {
            Objects.requireNonNull(flow);
            calls.lock();
            try {
                if (closed || subscription != null) {
                    flow.cancel();
                } else {
                    subscription = flow;
                    flow.request(items.length);
                }
            } finally {
                calls.unlock();
            }
        }

        @Override
        public void onNext(T item) {
            Objects.requireNonNull(item);
            long now = received;
            if (closed || ended) {
                return;
            }
            if (now - taken == items.length) {
                overrun = true;
                end(new IllegalStateException(
                        "the publisher sent an item that was not asked for: " + items.length + " wait to be taken"));
                return;
            }
            items[(int) (now % items.length)] = item;
            received = now + 1;
            wake();
        }

        @Override
        public void onError(Throwable thrown) {
            end(Objects.requireNonNull(thrown));
        }

        @Override
        public void onComplete() {
            end(null);
        }

        private void end(@Nullable Throwable thrown) {
            if (!ended) {
                failure = thrown;
                ended = true;
                wake();
            }
        }
    }
}
