package dev.psyne.bench.channel;

import java.util.List;

/**
 * A measured round.
 *
 * @param figures what the contender reported
 * @param before the placement probe before it, ns
 * @param after the placement probe after it, ns
 * @param others the part of the cores' time that processes not of the bench used meanwhile
 */
record Round(List<Double> figures, double before, double after, double others) {}
