package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.meter.MethodMeters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The services of one process by their names, its own and those that its connections offer. Any thread may call. */
public final class Directory {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_./:-]{0,255}");

    private final Map<String, Provider> providers = new ConcurrentSkipListMap<>();
    private final AtomicInteger offers = new AtomicInteger();

    private final MethodMeters meters = new MethodMeters();

    /** None at first. */
    public Directory() {}

    /** What is counted of the process' calls, of these services and of others'. */
    public MethodMeters meters() {
        return meters;
    }

    /**
     * Adds a service of this process.
     *
     * @throws IllegalArgumentException if the name is another's or cannot be one, or the object does not serve it
     */
    public void serve(String name, ServiceContract contract, Object implementation) {
        Provider local = new Provider.Local(contract, ServedService.handles(contract, implementation));
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(refusedName(name));
        }
        if (providers.putIfAbsent(name, local) != null) {
            throw new IllegalArgumentException("there is already a service '" + name + "'");
        }
    }

    /** All names. */
    public List<String> names() {
        return List.copyOf(providers.keySet());
    }

    Provider find(String name) {
        Provider provider = providers.get(name);
        if (provider == null) {
            throw new RpcException(
                    Failure.NOT_FOUND, "there is no service '" + name + "'; there are " + providers.keySet());
        }
        return provider;
    }

    void offer(String name, Provider.Remote remote) {
        if (!NAME.matcher(name).matches()) {
            throw new RpcException(Failure.INVALID_ARGUMENT, refusedName(name));
        }
        Provider now = providers.merge(name, remote, (before, after) -> isSameClient(before, remote) ? after : before);
        if (now != remote) {
            throw new RpcException(
                    Failure.INVALID_ARGUMENT, "the name '" + name + "' is another's: offer the service under another");
        }
        offers.getAndIncrement();
    }

    /** What calls of a provider that is gone go to: another of the same name that they fit; null if there is none. */
    Provider.@Nullable Remote successor(Provider.Remote gone) {
        return providers.get(gone.name()) instanceof Provider.Remote now && now.fits(gone) ? now : null;
    }

    /** Counts offers: who has looked one up looks again when this has changed. */
    int offers() {
        return offers.get();
    }

    /** Whether an offer is made again by the client whose it was, over another connection or the same. */
    private static boolean isSameClient(Provider before, Provider.Remote after) {
        return before instanceof Provider.Remote remote
                && (remote.owner() == after.owner()
                        || remote.owner().connection().isClosed()
                        || remote.owner().isClient(after.owner()));
    }

    /** Ends an offer, if it is still that one's. */
    void withdraw(String name, Link owner) {
        providers.computeIfPresent(
                name,
                (_, provider) ->
                        provider instanceof Provider.Remote remote && remote.owner() == owner ? null : provider);
    }

    /** Ends all that a connection has offered. */
    void withdraw(Link owner) {
        providers.values().removeIf(provider -> provider instanceof Provider.Remote remote && remote.owner() == owner);
    }

    private static String refusedName(String name) {
        return "a service's name is letters, digits and _ . / : -, at most 256, not '"
                + name.substring(0, Math.min(name.length(), 64)) + "'";
    }
}
