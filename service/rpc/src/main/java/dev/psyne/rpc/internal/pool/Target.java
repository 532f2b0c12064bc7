package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.internal.connection.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One address and the connections to it. What changes is guarded by the pool's lock. */
final class Target {
    /** Why there is no connection. */
    record Refusal(Failure failure, @Nullable IOException cause) {}

    private final String address;
    private final Health health;
    private final List<PooledConnection> connections = new ArrayList<>();
    private @Nullable Refusal refusal;
    private boolean told;

    Target(String address, Health health) {
        this.address = address;
        this.health = health;
    }

    String address() {
        return address;
    }

    Health health() {
        return health;
    }

    List<PooledConnection> connections() {
        return connections;
    }

    /** Why the last try failed; null if none has since it was last reached. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    void reached() {
        refusal = null;
        told = false;
    }

    /** A try has failed. */
    void refused(Refusal reason) {
        refusal = reason;
    }

    /** Whether somebody is there who does not let the client in. */
    boolean isTurnedAway() {
        return refusal != null && !Failure.UNAVAILABLE.equals(refusal.failure().code());
    }

    /** True once for each time that it turns somebody away. */
    boolean tell() {
        boolean first = !told;
        told = true;
        return first;
    }

    /** For people. */
    String reason() {
        return address + ": "
                + (refusal == null
                        ? "it has not answered yet"
                        : refusal.failure().message());
    }
}
