package dev.psyne.fiber;

import org.jspecify.annotations.Nullable;

/**
 * What a fiber does in place of one that waits and may not run the job on its own stack, because a scoped value is bound there
 * that is not in the job.
 *
 * @param first the job
 * @param counter whose jobs it helps with after that; null if only that one is waited for
 * @param depth how many jobs wait below, on the stacks of all fibers for which this one stands in
 */
record StandIn(Runnable first, @Nullable Counter counter, int depth) {}
