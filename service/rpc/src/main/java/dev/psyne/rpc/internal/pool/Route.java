package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.internal.service.Link;

/** One open connection that a call may take; a connection that is made again is another route. Known by identity. */
final class Route {
    private final Target target;
    private final Link link;

    Route(Target target, Link link) {
        this.target = target;
        this.link = link;
    }

    Target target() {
        return target;
    }

    Link link() {
        return link;
    }

    boolean isOpen() {
        return link.connection().isOpen();
    }

    /** What one call more costs here. */
    double cost(long nowNanos) {
        return (link.connection().callsOut() + 1) * target.health().cost(nowNanos);
    }
}
