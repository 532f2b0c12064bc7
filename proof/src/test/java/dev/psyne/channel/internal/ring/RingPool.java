package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rings for tests that need thousands of them a second: the regions are mapped once and cleared each time. A ring is good
 * until as many others have been taken as the pool has regions.
 */
final class RingPool {
    /** More than twice the states that a stress test has alive, see the stride that its runner sets. */
    private static final int REGIONS = 512;

    private static final String URI = "mem:proof";

    private final RingShape shape;
    private final List<Region> regions;
    private final AtomicInteger taken = new AtomicInteger();

    RingPool(ChannelOptions options) {
        this(options, REGIONS);
    }

    RingPool(ChannelOptions options, int count) {
        shape = RingShape.of(options);
        List<Region> all = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            all.add(Region.builder(shape.regionBytes())
                    .alignment(RingLayout.PAGE)
                    .build());
        }
        regions = List.copyOf(all);
    }

    /** An empty ring whose participants park. */
    Ring next() {
        return next(new OneProcess(shape, new Object(), gone -> {}));
    }

    /** An empty ring with other neighbours. */
    Ring next(Neighbours neighbours) {
        Region region = regions.get(Math.floorMod(taken.getAndIncrement(), regions.size()));
        MemorySegment memory = region.segment();
        memory.fill((byte) 0);
        shape.write(memory, 0);
        return new Ring(URI, shape, region, neighbours);
    }
}
