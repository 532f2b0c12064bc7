package dev.psyne.rpc.internal.region;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory that a client's connection shares: regions of others come from the node's exchange when they are first met. */
final class ClientRegions extends LinkRegions {
    private final boolean isWanted;
    private final Map<Integer, Known> mapped = new HashMap<>();
    private volatile @Nullable RemoteRegions source;
    private boolean over;

    ClientRegions(Sharing sharing, boolean isWanted) {
        super(
                sharing,
                new Unavailable(
                        isWanted ? "the node has not said hello" : "it is switched off, or not a Unix socket",
                        "connect over unix: on Linux, with SharedMemory.standard()"));
        this.isWanted = isWanted;
    }

    @Override
    @Nullable
    RegionSource source() {
        return source;
    }

    @Override
    public @Nullable Path exchange() {
        return null;
    }

    @Override
    public @Nullable String key() {
        return null;
    }

    @Override
    public void opened(Hello peer) {
        String exchange = peer.regions();
        String key = peer.regionKey();
        if (!isWanted) {
            return;
        }
        if (exchange == null || key == null || !key.matches("[0-9a-f]{32}")) {
            available(new Unavailable("the node shares no memory", "start it on Linux, with SharedMemory.standard()"));
            return;
        }
        RemoteRegions remote = new RemoteRegions(Path.of(exchange), key);
        try {
            remote.join();
            source = remote;
            available(new Available("through " + exchange));
        } catch (IOException | IllegalArgumentException refused) {
            available(new Unavailable(
                    exchange + " cannot be reached: " + refused.getMessage(), "run both as one user on one machine"));
        }
    }

    @Override
    @Nullable
    Known find(int number) throws IOException {
        RemoteRegions remote = source;
        if (remote == null) {
            return null;
        }
        synchronized (mapped) {
            Known known = mapped.get(number);
            if (known == null && !over) {
                known = remote.take(number);
                if (known != null) {
                    mapped.put(number, known);
                }
            }
            return known;
        }
    }

    @Override
    public void unmapped(int number) {
        Known known;
        synchronized (mapped) {
            known = mapped.remove(number);
        }
        if (known != null) {
            known.region().close();
        }
    }

    @Override
    public void unused() {
        synchronized (mapped) {
            over = true;
            // What messages refer to stays mapped as long as they do.
            mapped.values().forEach(known -> known.region().close());
            mapped.clear();
        }
    }
}
