package dev.psyne.fiber;

import org.jspecify.annotations.Nullable;

/** The jobs that no worker has at its own queue: those from outside, and those with a priority. */
final class JobQueues {
    /** The turns, of so many, at which a priority goes before all others. */
    static final int TURNS = 64;

    private static final int NORMAL_TURN = 0;
    private static final int HIGH_TURN = 16;
    private static final int LOW_TURN = 32;
    private static final Priority[] PRIORITIES = Priority.values();

    private final JobQueue[] queues = new JobQueue[PRIORITIES.length];

    /** Each priority's queue holds at most so many. */
    JobQueues(int limit) {
        for (Priority priority : PRIORITIES) {
            queues[priority.ordinal()] = new JobQueue(limit);
        }
    }

    /** The priority that goes first at a turn. */
    static Priority first(int turn) {
        return switch (turn % TURNS) {
            case NORMAL_TURN -> Priority.NORMAL;
            case HIGH_TURN -> Priority.HIGH;
            case LOW_TURN -> Priority.LOW;
            default -> Priority.CRITICAL;
        };
    }

    /** False if that priority's queue is full. */
    boolean offer(Priority priority, Runnable job) {
        return queue(priority).offer(job);
    }

    @Nullable
    Runnable poll(Priority priority) {
        return queue(priority).poll();
    }

    /** The first job in the order of a turn. */
    @Nullable
    Runnable pollAny(int turn) {
        Runnable job = poll(first(turn));
        for (int i = 0; job == null && i < queues.length; i++) {
            job = queues[i].poll();
        }
        return job;
    }

    int size() {
        int size = 0;
        for (JobQueue queue : queues) {
            size += queue.size();
        }
        return size;
    }

    private JobQueue queue(Priority priority) {
        return queues[priority.ordinal()];
    }
}
