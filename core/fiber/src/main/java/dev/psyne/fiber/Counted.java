package dev.psyne.fiber;

/** A job that a counter counts. */
interface Counted extends Runnable {
    Counter counter();
}
