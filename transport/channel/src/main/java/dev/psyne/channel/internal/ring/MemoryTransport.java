package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelLimitException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.spi.Transport;
import dev.psyne.memory.HugePages;
import dev.psyne.memory.Region;
import dev.psyne.telemetry.Meters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code mem:} - rings between the threads of this process. */
public final class MemoryTransport implements Transport {
    private static final int NO_OWNER = 0;

    private final Meters meters;
    private final int limit;
    private final Map<String, Ring> rings = new HashMap<>();

    /**
     * No rings yet.
     *
     * @param limit the most rings at a time
     */
    public MemoryTransport(Meters meters, int limit) {
        this.meters = meters;
        this.limit = limit;
    }

    @Override
    public String scheme() {
        return "mem";
    }

    @Override
    public Sender sender(String name, ChannelOptions options) {
        EndMeters figures = meters(name).of(Side.SENDER);
        synchronized (rings) {
            return joined(name, options, ring -> Topologies.sender(ring, options.policy(), figures));
        }
    }

    @Override
    public Receiver receiver(String name, ChannelOptions options) {
        EndMeters figures = meters(name).of(Side.RECEIVER);
        synchronized (rings) {
            return joined(name, options, ring -> Topologies.receiver(ring, figures));
        }
    }

    private ChannelMeters meters(String name) {
        int slash = name.indexOf('/');
        if (slash >= 0) {
            ChannelName.check(name.substring(slash + 1));
        }
        String shared = slash < 0 ? name : name.substring(0, slash);
        return ChannelMeters.of(meters, "mem:" + ChannelName.check(shared));
    }

    private <E> E joined(String name, ChannelOptions options, java.util.function.Function<Ring, E> join) {
        String uri = "mem:" + name;
        RingShape shape = RingShape.of(options);
        Ring ring = rings.get(name);
        if (ring == null) {
            ring = make(name, uri, shape);
        }
        ring.shape().checkAsked(uri, shape);
        try {
            return join.apply(ring);
        } finally {
            ring.closeUnused();
        }
    }

    private Ring make(String name, String uri, RingShape shape) {
        if (rings.size() == limit) {
            throw new ChannelLimitException(uri, limit);
        }
        boolean huge = shape.regionBytes() >= RingShape.HUGE_BYTES;
        Region region = Region.builder(shape.regionBytes())
                .alignment(RingLayout.PAGE)
                .hugePages(huge ? HugePages.TRY : HugePages.NONE)
                .build();
        shape.write(region.segment(), NO_OWNER);
        Ring made = new Ring(uri, shape, region, new OneProcess(shape, rings, gone -> rings.remove(name, gone)));
        rings.put(name, made);
        return made;
    }

    @Override
    public void close() {
        List<Ring> open;
        synchronized (rings) {
            open = List.copyOf(rings.values());
        }
        Ring.closeAll(open);
    }
}
