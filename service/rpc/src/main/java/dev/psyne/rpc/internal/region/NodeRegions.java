package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The memory that one of a node's connections shares: the node knows all regions itself. */
final class NodeRegions extends LinkRegions implements RegionSource {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RegionNumbers numbers;
    private final @Nullable RegionExchange exchange;
    private final String key;
    private volatile boolean over;

    /** {@code exchange} is null where no memory is shared. */
    NodeRegions(Sharing sharing, RegionNumbers numbers, @Nullable RegionExchange exchange) {
        super(sharing, new Unavailable("the client has not asked for it", "connect over unix: on Linux"));
        this.numbers = numbers;
        this.exchange = exchange;
        byte[] random = new byte[ExchangePacket.KEY_BYTES];
        RANDOM.nextBytes(random);
        this.key = HexFormat.of().formatHex(random);
        if (exchange != null) {
            exchange.add(key, this);
        }
    }

    /** The client has shown that it can map what others share. */
    void joined() {
        available(new Available("through " + exchange()));
    }

    /** A region of the client's, which is closed with its number. */
    int numbered(Region region, boolean isFile) {
        try {
            int number = numbers.add(this, region, isFile, true);
            if (over) {
                // The connection ended meanwhile.
                numbers.removeAll(this);
            }
            return number;
        } catch (IllegalStateException full) {
            region.close();
            throw full;
        }
    }

    @Override
    RegionSource source() {
        return this;
    }

    @Override
    @Nullable
    Known find(int number) {
        return numbers.of(number, this);
    }

    @Override
    public int give(Region region, boolean isFile) {
        return numbers.add(this, region, isFile, false);
    }

    @Override
    public @Nullable Known take(int number) {
        return find(number);
    }

    @Override
    public void drop(int number) {
        numbers.remove(number, this);
    }

    @Override
    public @Nullable Path exchange() {
        return exchange == null ? null : exchange.path();
    }

    @Override
    public @Nullable String key() {
        return exchange == null ? null : key;
    }

    @Override
    public void opened(Hello peer) {}

    @Override
    public void unmapped(int number) {}

    @Override
    public void closed() {
        if (exchange != null) {
            exchange.remove(key);
        }
        super.closed();
    }

    @Override
    public void unused() {
        over = true;
        numbers.removeAll(this);
    }
}
