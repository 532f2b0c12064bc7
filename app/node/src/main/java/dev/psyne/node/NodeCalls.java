package dev.psyne.node;

import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import org.jspecify.annotations.Nullable;

/** What a node tells of itself, as a service of psyne.v2. */
@Name("Node")
interface NodeCalls {
    /** Its figures, twice a second. */
    Items<NodeState> watch();

    /** What each worker does, once a second; the workers take times only meanwhile. */
    Items<WorkersState> workers();

    /**
     * Who is connected by hypha's protocol, once a second.
     *
     * @param token says who looks, where the node asks for none of its own; read each time, so that one that has expired ends
     *     the stream as {@code unauthorized}
     */
    Items<ConnectionsState> connections(@Name("token") @Nullable String token);
}
