package dev.psyne.bench.channel;

/** How near to each other the two cores of a pair of threads are at a moment, told by a round trip of 8 bytes. */
enum Placement {
    /** The cores share a cache. */
    FAST,
    /** They do not. */
    SLOW,
    /** The probe says nothing: somebody else was on a core. */
    DISTURBED
}
