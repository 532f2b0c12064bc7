package dev.psyne.node;

import java.util.Locale;

/** The lines of a table with a row for each node: its name, then figures in columns of one width. */
final class NodeRows {
    private static final double NANOS_PER_SECOND = 1e9;

    private NodeRows() {}

    static void add(StringBuilder out, String node, String... cells) {
        out.append(String.format(Locale.ROOT, "%-24s", node));
        for (String cell : cells) {
            out.append(String.format(Locale.ROOT, " %11s", cell));
        }
        out.append('\n');
    }

    /** How much of something there is a second. */
    static String rate(long more, long nanos) {
        return String.format(Locale.ROOT, "%.0f", more * NANOS_PER_SECOND / nanos);
    }
}
