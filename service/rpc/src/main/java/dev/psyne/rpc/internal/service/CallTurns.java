package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Scheduler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait to run, of all connections of a process. There is a job for each, and it runs whichever call is next: the
 * connections take turns, so that one with thousands of calls holds another up by one call at a time. Any thread may call.
 */
final class CallTurns {
    /** The calls of one connection that wait. */
    static final class Line {
        private final ArrayDeque<ServiceCall> waiting = new ArrayDeque<>();
    }

    private final Scheduler scheduler;
    private final Runnable next = this::runNext;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();

    CallTurns(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Runs a call when it is its connection's turn; one of those that wait is refused if there are too many. */
    void add(Line line, ServiceCall call) {
        synchronized (lines) {
            if (line.waiting.isEmpty()) {
                lines.add(line);
            }
            line.waiting.add(call);
        }
        try {
            scheduler.spawn(next);
        } catch (JobRejectedException full) {
            ServiceCall left = withoutJob(line, call);
            if (left != null) {
                left.refuse();
            }
        }
    }

    private void runNext() {
        ServiceCall call;
        synchronized (lines) {
            call = take();
        }
        if (call != null) {
            call.run();
        }
    }

    /** Of a call that got no job; another's job may have run it by now, whose own call has none then. */
    private @Nullable ServiceCall withoutJob(Line line, ServiceCall call) {
        synchronized (lines) {
            if (!line.waiting.remove(call)) {
                return take();
            }
            if (line.waiting.isEmpty()) {
                lines.remove(line);
            }
            return call;
        }
    }

    private @Nullable ServiceCall take() {
        Line line = lines.poll();
        if (line == null) {
            return null;
        }
        ServiceCall call = line.waiting.poll();
        if (!line.waiting.isEmpty()) {
            lines.add(line);
        }
        return call;
    }
}
