package dev.psyne.node;

import dev.psyne.rpc.Items;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Items that are made at a steady pace until nobody wants more. */
final class PacedItems<T> implements Items<T> {
    private final Duration period;
    private final Supplier<T> look;
    private final Runnable whenClosed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean waits;

    /**
     * Items, each a period after the last.
     *
     * @param atOnce whether the first is made without waiting for one
     * @param look makes an item
     * @param whenClosed is run once
     */
    PacedItems(Duration period, boolean atOnce, Supplier<T> look, Runnable whenClosed) {
        this.period = period;
        this.waits = !atOnce;
        this.look = look;
        this.whenClosed = whenClosed;
    }

    @Override
    public @Nullable T next() throws InterruptedException {
        boolean over = waits ? closed.await(period.toMillis(), TimeUnit.MILLISECONDS) : closed.getCount() == 0;
        waits = true;
        return over ? null : look.get();
    }

    @Override
    public synchronized void close() {
        if (closed.getCount() > 0) {
            closed.countDown();
            whenClosed.run();
        }
    }
}
