package dev.psyne.bench.channel;

/**
 * A measured round.
 *
 * @param figures what the contender reported
 * @param before the placement probe before it, ns
 * @param after the placement probe after it, ns
 */
record Round(double[] figures, double before, double after) {}
