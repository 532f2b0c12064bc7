package dev.psyne.rpc.internal.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that is moved by hand: what is due runs meanwhile, on the thread that moves it. */
public final class ManualTiming implements Timing {
    private record Due(long atNanos, Runnable task) {}

    private final List<Due> due = new ArrayList<>();
    private long now;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void after(long nanos, Runnable task) {
        due.add(new Due(now + nanos, task));
    }

    /** How many tasks wait. */
    public synchronized int waiting() {
        return due.size();
    }

    /** Moves it on. */
    public void advance(long nanos) {
        long end = nanos() + nanos;
        while (true) {
            Due next;
            synchronized (this) {
                next = due.stream()
                        .filter(each -> each.atNanos <= end)
                        .min(Comparator.comparingLong(Due::atNanos))
                        .orElse(null);
                if (next == null) {
                    now = end;
                    return;
                }
                due.remove(next);
                now = Math.max(now, next.atNanos);
            }
            next.task.run();
        }
    }
}
