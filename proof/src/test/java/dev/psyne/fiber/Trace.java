package dev.psyne.fiber;

import java.util.ArrayList;
import java.util.List;

/** What happened in a simulation, step by step, as a hash and, if it is to be read, as text. */
final class Trace {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private final List<String> lines = new ArrayList<>();
    private final boolean written;
    private long hash;
    private int steps;

    Trace(boolean written) {
        this.written = written;
    }

    void add(String what, long who, long detail) {
        steps++;
        hash = (hash ^ what.hashCode() ^ who << 32 ^ detail) * FACTOR;
        hash ^= hash >>> 29;
        if (written) {
            lines.add(steps + ": " + what + " " + who + " " + detail);
        }
    }

    long hash() {
        return hash;
    }

    int steps() {
        return steps;
    }

    List<String> lines() {
        return lines;
    }
}
