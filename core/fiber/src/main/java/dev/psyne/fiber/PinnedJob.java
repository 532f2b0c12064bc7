package dev.psyne.fiber;

import java.time.Instant;
import java.util.List;

/**
 * A job that waited and held its worker, because its stack could not be set aside: a class initialiser or a frame of native
 * code was on it.
 *
 * @param worker the name of the worker's thread
 * @param seen when it was noticed
 * @param stack the job's, the innermost frame first
 */
public record PinnedJob(String worker, Instant seen, List<StackTraceElement> stack) {
    public PinnedJob {
        stack = List.copyOf(stack);
    }
}
