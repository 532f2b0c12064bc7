package dev.psyne.fiber;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One subscription and the job that feeds it. Only the job's thread signals, so the signals are serial; request and cancel,
 * from any thread, leave a word and wake it.
 */
final class JobSubscription<T> implements DroppableJob, FlowWriter<T>, Flow.Subscription {
    private final FlowJob<T> job;
    private final AtomicLong demand = new AtomicLong();
    /** Null once there is nothing more to signal (rule 3.13: a cancelled subscriber is let go). */
    private volatile Flow.@Nullable Subscriber<? super T> subscriber;

    private volatile @Nullable IllegalArgumentException badRequest;
    private volatile @Nullable Thread writer;

    JobSubscription(FlowJob<T> job, Flow.Subscriber<? super T> subscriber) {
        this.job = job;
        this.subscriber = subscriber;
    }

    @Override
    public void run() {
        Throwable failure = null;
        if (!isCancelled()) {
            writer = Thread.currentThread();
            try {
                job.run(this);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            writer = null;
        }
        boolean told = end(failure);
        if (!told && failure != null && !(failure instanceof CancellationException)) {
            throw new JobFailedException(failure);
        }
    }

    @Override
    public void dropped(JobRejectedException why) {
        end(why);
    }

    private boolean end(@Nullable Throwable failure) {
        Flow.Subscriber<? super T> last = subscriber;
        subscriber = null;
        IllegalArgumentException bad = badRequest;
        if (last == null) {
            return false;
        }
        if (bad != null) {
            if (failure != null) {
                bad.addSuppressed(failure);
            }
            last.onError(bad);
        } else if (failure != null) {
            last.onError(failure);
        } else {
            last.onComplete();
        }
        return true;
    }

    @Override
    public void write(T item) {
        Objects.requireNonNull(item);
        if (writer != Thread.currentThread()) {
            throw new IllegalStateException("written by " + Thread.currentThread()
                    + ", which does not run the job of this subscription: only that one may write, until its end");
        }
        Flow.Subscriber<? super T> wanting = awaitDemand();
        demand.decrementAndGet();
        try {
            wanting.onNext(item);
        } catch (Throwable thrown) {
            // A subscriber must not throw (rule 2.13); one that does gets no further signal.
            subscriber = null;
            throw thrown;
        }
    }

    @Override
    public boolean isCancelled() {
        return subscriber == null || badRequest != null;
    }

    @Override
    public void request(long items) {
        if (items <= 0) {
            badRequest = new IllegalArgumentException(
                    "request of " + items + " items: must be positive (Reactive Streams 3.9)");
        } else {
            demand.accumulateAndGet(items, JobSubscription::saturatedSum);
        }
        wake();
    }

    @Override
    public void cancel() {
        subscriber = null;
        wake();
    }

    private Flow.Subscriber<? super T> awaitDemand() {
        Flow.Subscriber<? super T> wanting = subscriber;
        while (wanting != null && badRequest == null && demand.get() == 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AwaitInterruptedException("interrupted while waiting for demand");
            }
            LockSupport.park(this);
            wanting = subscriber;
        }
        if (wanting == null || badRequest != null) {
            throw new CancellationException("the subscriber wants no more items");
        }
        return wanting;
    }

    private void wake() {
        Thread waiting = writer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    private static long saturatedSum(long left, long right) {
        long sum = left + right;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
