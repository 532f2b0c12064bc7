package dev.psyne.hypha;

import java.util.List;

/**
 * Who is in a server and what they offer at about one moment, as far as one viewer may see it: a tree of plain values that
 * nothing changes any more. Counters are read one after the other while frames pass, so they may differ by a few.
 *
 * @param takenAtNanos by the server's clock, for rates between two of them
 * @param statistics of the whole server, whatever the viewer may see
 * @param workspaces in the order of their names, at most {@value #MAX_WORKSPACES}; in all of them together at most
 *     {@value #MAX_CLIENTS} clients and {@value #MAX_SERVICES} services
 * @param withheld what the viewer may not see
 * @param beyond what the viewer may see and these bounds leave out
 */
public record HyphaSnapshot(
        long takenAtNanos, HyphaStatistics statistics, List<WorkspaceSnapshot> workspaces, Rest withheld, Rest beyond) {
    /** Workspaces of one snapshot. */
    public static final int MAX_WORKSPACES = 100;

    /** Clients of one snapshot. */
    public static final int MAX_CLIENTS = 500;

    /** Services of one snapshot. */
    public static final int MAX_SERVICES = 500;

    /** Characters of a name or word; of longer ones the beginning is given. */
    public static final int MAX_WORD_CHARACTERS = 256;

    public HyphaSnapshot {
        workspaces = List.copyOf(workspaces);
    }

    /**
     * How many are not in the tree.
     *
     * @param workspaces of which nothing is
     * @param clients of those and of others
     * @param services of those and of others
     */
    public record Rest(int workspaces, int clients, int services) {}
}
