package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelOptions;
import org.jetbrains.lincheck.datastructures.Operation;

/** A counter that loses increments, through the loads and stores of the rings: what the model checker must find. */
public class BrokenModel {
    private static final RingPool POOL =
            new RingPool(ChannelOptions.standard().withCapacityBytes(ChannelOptions.MIN_CAPACITY_BYTES), 1);

    private final long word = POOL.next().dataAddress();

    /** Reads, and then writes. */
    @Operation
    public long increment() {
        long seen = RingMemory.getAcquire(word);
        RingMemory.putRelease(word, seen + 1);
        return seen + 1;
    }
}
