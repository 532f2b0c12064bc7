package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.ChannelStatistics.Member;
import dev.psyne.channel.Topology;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** Reads the figures of a ring from its region, which may be changing, and may be anything: every access is bounded. */
public final class RingFigures {
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final int MESSAGES = 0;
    private static final int BYTES = 1;
    private static final int WAITS = 2;
    private static final int LOST = 3;
    private static final int HIGH_WATER = 4;

    private final MemorySegment region;
    private final RingShape shape;

    private RingFigures(MemorySegment region, RingShape shape) {
        this.region = region;
        this.shape = shape;
    }

    /**
     * Reads them.
     *
     * @param isAlive whether the process of that identity lives
     */
    public static ChannelStatistics read(String name, MemorySegment region, RingShape shape, LongPredicate isAlive) {
        RingFigures figures = new RingFigures(region, shape);
        long[] senders = figures.sums(Side.SENDER);
        long[] receivers = figures.sums(Side.RECEIVER);
        return new ChannelStatistics(
                name,
                shape.topology(),
                shape.capacity(),
                figures.depth(),
                senders[HIGH_WATER],
                senders[MESSAGES],
                receivers[MESSAGES],
                receivers[BYTES],
                senders[WAITS],
                receivers[WAITS],
                senders[LOST] + receivers[LOST],
                figures.members(isAlive));
    }

    private long get(long at) {
        return (long) LONG.getAcquire(region, at);
    }

    private int count(Side side) {
        return side == Side.SENDER ? shape.maxSenders() : shape.maxReceivers();
    }

    private long participant(Side side, int index) {
        int before = side == Side.SENDER ? 0 : shape.maxSenders();
        return RingLayout.PARTICIPANTS_AT + (before + index) * RingLayout.PARTICIPANT_BYTES;
    }

    private boolean isOpen(long participant) {
        return (int) INT.getAcquire(region, participant + RingLayout.STATE) == RingLayout.OPEN;
    }

    private long[] sums(Side side) {
        long departed = side == Side.SENDER ? RingLayout.DEPARTED_SENDERS_AT : RingLayout.DEPARTED_RECEIVERS_AT;
        long[] sums = new long[RingLayout.FIGURES];
        for (int figure = 0; figure < RingLayout.FIGURES; figure++) {
            long offset = (long) figure * Long.BYTES;
            sums[figure] = get(departed + offset);
            for (int index = 0; index < count(side); index++) {
                long own = get(participant(side, index) + RingLayout.MESSAGES + offset);
                sums[figure] = figure == HIGH_WATER ? Math.max(sums[figure], own) : sums[figure] + own;
            }
        }
        return sums;
    }

    private long depth() {
        Topology topology = shape.topology();
        if (topology.hasSlots()) {
            return slotBytes(Math.max(0, get(RingLayout.TAIL_AT) - get(RingLayout.HEAD_AT)));
        }
        long read = topology == Topology.BROADCAST ? slowest() : get(RingLayout.HEAD_AT);
        long written = topology == Topology.MANY_TO_ONE
                ? SharedTail.position(get(RingLayout.TAIL_AT))
                : Math.max(read, get(participant(Side.SENDER, 0) + RingLayout.POSITION));
        return Math.clamp(written - read, 0, shape.capacity());
    }

    private long slotBytes(long count) {
        return Math.clamp(count * SlotLayout.strideBytes(shape.slotBytes()), 0, shape.capacity());
    }

    private long slowest() {
        long slowest = Long.MAX_VALUE;
        for (int index = 0; index < shape.maxReceivers(); index++) {
            long participant = participant(Side.RECEIVER, index);
            if (isOpen(participant)) {
                slowest = Math.min(slowest, get(participant + RingLayout.POSITION));
            }
        }
        return slowest;
    }

    private List<Member> members(LongPredicate isAlive) {
        List<Member> members = new ArrayList<>();
        for (Side side : Side.values()) {
            for (int index = 0; index < count(side); index++) {
                long participant = participant(side, index);
                if (isOpen(participant)) {
                    members.add(new Member(
                            side == Side.SENDER,
                            get(participant + RingLayout.PROCESS_NUMBER),
                            isAlive.test(get(participant + RingLayout.PROCESS))));
                }
            }
        }
        return List.copyOf(members);
    }
}
