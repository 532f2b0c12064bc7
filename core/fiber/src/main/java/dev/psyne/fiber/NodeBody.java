package dev.psyne.fiber;

/**
 * The body of a loop over a {@link Hierarchy}: runs once for each node, on any worker, after it has run for the node's
 * parent, whose writes it sees. The parent of a root is {@link Hierarchy#NO_PARENT}.
 */
@FunctionalInterface
public interface NodeBody {
    void run(int node, int parent);
}
