package dev.psyne.hypha.internal.router;

import java.util.HashSet;
import java.util.Set;

/** The types of events that one participant listens to. Any thread may call; readers take no lock. */
public final class Subscriptions {
    private final int limit;
    private volatile Set<String> types = Set.of();

    /** None yet, and never more than {@code limit}. */
    public Subscriptions(int limit) {
        this.limit = limit;
    }

    /** Those of now; not to be changed. */
    public Set<String> types() {
        return types;
    }

    /**
     * Listens to more.
     *
     * @throws IllegalArgumentException if they become too many; then none of them is added
     */
    public synchronized void add(Set<String> more) {
        Set<String> all = new HashSet<>(types);
        all.addAll(more);
        if (all.size() > limit) {
            throw new IllegalArgumentException(
                    "a client listens to at most " + limit + " types of events, not to " + all.size());
        }
        types = Set.copyOf(all);
    }

    /** Listens no more to some, whether it did or not. */
    public synchronized void remove(Set<String> some) {
        Set<String> rest = new HashSet<>(types);
        rest.removeAll(some);
        types = Set.copyOf(rest);
    }
}
