package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RingLayout.NO_RECEIVER;
import static dev.psyne.channel.internal.ring.RingLayout.RECEIVERS_WAITING_AT;
import static dev.psyne.channel.internal.ring.RingLayout.SENDERS_WAITING_AT;

import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.ParticipantLimitException;
import dev.psyne.channel.Topology;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionLease;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A ring as this process sees it: its region, mapped once for all the ends the process has there, and who takes part.
 *
 * <p>Ends use bare addresses. Each holds the ring open from join to leave, and the region's lease is released when the last
 * has left, so that no end reaches memory that is gone.
 */
public final class Ring {
    private static final VarHandle WITHOUT_RECEIVER;

    static {
        try {
            WITHOUT_RECEIVER = MethodHandles.lookup().findVarHandle(Ring.class, "withoutReceiver", boolean.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private final String uri;
    private final RingShape shape;
    private final Region region;
    private final RegionLease lease;
    private final Neighbours neighbours;
    private final Recovery recovery;
    private final List<Participant> senders;
    private final List<Participant> receivers;
    private final MemorySegment data;
    private final Set<RingEnd> ends = new LinkedHashSet<>();
    private boolean withoutReceiver;
    private volatile @Nullable ChannelDamagedException damage;

    /**
     * Takes a region with a written and checked header.
     *
     * @param region is closed with the last end, or by {@link #closeUnused()}
     */
    public Ring(String uri, RingShape shape, Region region, Neighbours neighbours) {
        this.uri = uri;
        this.shape = shape;
        this.region = region;
        this.lease = region.acquire();
        this.neighbours = neighbours;
        this.recovery = Topologies.recovery(shape.topology());
        long first = lease.address() + RingLayout.PARTICIPANTS_AT;
        this.senders = participants(Side.SENDER, shape.maxSenders(), first);
        this.receivers = participants(
                Side.RECEIVER, shape.maxReceivers(), first + shape.maxSenders() * RingLayout.PARTICIPANT_BYTES);
        this.data = region.segment().asSlice(shape.dataAt(), shape.capacity());
    }

    private static List<Participant> participants(Side side, int count, long first) {
        List<Participant> all = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            all.add(new Participant(side, index, first + index * RingLayout.PARTICIPANT_BYTES));
        }
        return List.copyOf(all);
    }

    /** The address it was opened with. */
    public String uri() {
        return uri;
    }

    /** What it was made as. */
    public RingShape shape() {
        return shape;
    }

    Neighbours neighbours() {
        return neighbours;
    }

    /** Address of the region. */
    long address() {
        return lease.address();
    }

    /** Address of the data. */
    long dataAddress() {
        return lease.address() + shape.dataAt();
    }

    /** The data, to cut messages from; its slices die when the last end in this process has left. */
    MemorySegment data() {
        return data;
    }

    /**
     * Up to where everything is read for good, in a ring of variable messages.
     *
     * @throws ChannelDamagedException if it cannot be that
     */
    long head() {
        long head = RingMemory.getAcquire(address() + RingLayout.HEAD_AT);
        if (head < 0 || head % RecordLayout.ALIGNMENT != 0) {
            throw new ChannelDamagedException(uri, "the head", "is " + head);
        }
        return head;
    }

    List<Participant> participants(Side side) {
        return side == Side.SENDER ? senders : receivers;
    }

    /**
     * Takes a place on a side; whoever is found dead there is buried first.
     *
     * @throws ParticipantLimitException if all places are held by the living
     */
    Participant join(Side side, RingEnd end) {
        Participant[] place = new Participant[1];
        neighbours.exclusively(() -> {
            place[0] = takePlace(side);
            ends.add(end);
        });
        return place[0];
    }

    private Participant takePlace(Side side) {
        buryDead();
        @Nullable Participant free = null;
        for (Participant participant : participants(side)) {
            if (!participant.isOpen()) {
                free = participant;
                break;
            }
        }
        if (free == null) {
            Participant holder = participants(side).getFirst();
            throw new ParticipantLimitException(
                    uri, participants(side).size(), side.word(), Long.toString(holder.processNumber()));
        }
        free.open(neighbours.process(), ProcessHandle.current().pid(), System.currentTimeMillis());
        if (side == Side.SENDER) {
            RingMemory.putInt(address() + RingLayout.SENDERS_GONE_AT, RingLayout.NOT_GONE);
        } else {
            RingMemory.and(address() + RECEIVERS_WAITING_AT, ~NO_RECEIVER);
            WITHOUT_RECEIVER.setVolatile(this, false);
        }
        return free;
    }

    /** Gives a place back; the ring's memory goes with the last one of this process. */
    void leave(RingEnd end) {
        Participant participant = end.participant();
        try {
            neighbours.exclusively(() -> {
                // Said before the place is free: who dies in between is found dead, and not taken for one still there.
                if (noneOpenBut(participant)) {
                    sayGone(participant.side(), RingLayout.LEFT);
                }
                RingMemory.and(waitingAddress(participant.side()), ~participant.bit());
                free(participant);
                neighbours.left(participant);
                wakeAll(participant.side().other());
                ends.remove(end);
            });
        } finally {
            closeUnused();
            neighbours.settle();
        }
    }

    /**
     * Closes the region if no end of this process is left.
     *
     * @throws IllegalStateException if a native call is using a message at this moment; call again after it
     */
    public void closeUnused() {
        neighbours.exclusively(() -> {
            if (ends.isEmpty()) {
                neighbours.release(this);
                lease.release();
                region.close();
            }
        });
    }

    /** Closes all ends of some rings, the receivers first: they must not take the senders' leaving for the end. */
    public static void closeAll(Collection<Ring> rings) {
        @Nullable IllegalStateException inUse = null;
        List<RingEnd> all = new ArrayList<>();
        rings.forEach(ring -> all.addAll(ring.endsReceiversFirst()));
        for (RingEnd end : all) {
            try {
                end.close();
            } catch (IllegalStateException failure) {
                inUse = failure;
            }
        }
        if (inUse != null) {
            throw inUse;
        }
        all.forEach(Ring::awaitLeaving);
    }

    /** An end that waits in another thread leaves as soon as it is awake; one whose handler runs leaves after it. */
    private static void awaitLeaving(RingEnd end) {
        while (!end.hasLeft() && !end.isInHandler()) {
            Thread.yield();
        }
    }

    private List<RingEnd> endsReceiversFirst() {
        List<RingEnd> all = new ArrayList<>();
        neighbours.exclusively(() -> all.addAll(ends));
        all.sort(Comparator.comparing(end -> end.participant().side(), Comparator.reverseOrder()));
        return all;
    }

    private void free(Participant participant) {
        participant.addFigures(address()
                + (participant.side() == Side.SENDER
                        ? RingLayout.DEPARTED_SENDERS_AT
                        : RingLayout.DEPARTED_RECEIVERS_AT));
        participant.free();
    }

    private boolean noneOpenBut(Participant leaving) {
        return participants(leaving.side()).stream()
                .noneMatch(participant -> participant != leaving && participant.isOpen());
    }

    private void sayGone(Side side, int why) {
        if (side == Side.SENDER) {
            RingMemory.putInt(address() + RingLayout.SENDERS_GONE_AT, why);
        } else if (why == RingLayout.LEFT && shape.topology() != Topology.BROADCAST) {
            // A broadcast goes on without anybody listening.
            long _ = RingMemory.getAndOr(address() + RECEIVERS_WAITING_AT, NO_RECEIVER);
            WITHOUT_RECEIVER.setVolatile(this, true);
        }
    }

    /** Whether nobody takes part and nothing is unread. Called with every change of participants excluded. */
    public boolean isAbandoned() {
        buryDead();
        boolean nobody = senders.stream().noneMatch(Participant::isOpen)
                && receivers.stream().noneMatch(Participant::isOpen);
        try {
            return nobody && recovery.isDrained(this);
        } catch (ChannelDamagedException damaged) {
            // Nobody could read what is in it.
            return nobody;
        }
    }

    /**
     * Buries every participant whose process is dead, and wakes this process's sleepers, whoever they are: the dead may have
     * left the ring, and been about to wake them.
     */
    public void buryLost() {
        neighbours.exclusively(() -> {
            if (!ends.isEmpty()) {
                buryDead();
                ends.forEach(end -> neighbours.alarm(end.participant()));
            }
        });
    }

    /** Wakes an end that is being closed, unless it has left meanwhile and taken the memory with it. */
    void wakeUnlessLeft(RingEnd end) {
        neighbours.exclusively(() -> {
            if (!end.isLeaving()) {
                wake(end.participant());
            }
        });
    }

    private void buryDead() {
        for (Side side : Side.values()) {
            for (Participant participant : participants(side)) {
                if (participant.isOpen() && !neighbours.isAlive(participant.process())) {
                    bury(participant);
                }
            }
        }
    }

    private void bury(Participant dead) {
        try {
            if (dead.side() == Side.SENDER) {
                recovery.ofSender(this, dead);
            } else {
                recovery.ofReceiver(this, dead);
            }
        } catch (ChannelDamagedException found) {
            // Told to the ends of this process when they next look for the dead; the dead is buried all the same.
            damage = found;
        }
        boolean isSender = dead.side() == Side.SENDER;
        RingMemory.addInt(address() + (isSender ? RingLayout.SENDER_DEATHS_AT : RingLayout.RECEIVER_DEATHS_AT), 1);
        if (noneOpenBut(dead)) {
            sayGone(dead.side(), RingLayout.DIED);
        }
        RingMemory.and(waitingAddress(dead.side()), ~dead.bit());
        free(dead);
        for (Side side : Side.values()) {
            participants(side).stream().filter(Participant::isOpen).forEach(neighbours::alarm);
        }
    }

    /**
     * Checks what burials have found.
     *
     * @throws ChannelDamagedException if one found what no sender or receiver writes
     */
    void checkUndamaged() {
        ChannelDamagedException found = damage;
        if (found != null) {
            throw new ChannelDamagedException(uri, "what a dead participant left", "cannot be mended: " + found);
        }
    }

    /** How many of a side died so far. */
    int deaths(Side side) {
        return RingMemory.getInt(
                address() + (side == Side.SENDER ? RingLayout.SENDER_DEATHS_AT : RingLayout.RECEIVER_DEATHS_AT));
    }

    /** Whether there were senders and the last one left cleanly. */
    boolean sendersLeft() {
        return RingMemory.getInt(address() + RingLayout.SENDERS_GONE_AT) == RingLayout.LEFT;
    }

    /** Whether the last receiver has left, as far as this process has noticed; costs a load and needs no operation. */
    boolean isWithoutReceiver() {
        return (boolean) WITHOUT_RECEIVER.getOpaque(this);
    }

    /** Looks whether the last receiver has left. */
    boolean lookForReceiver() {
        boolean without = RingMemory.getVolatile(waitingAddress(Side.RECEIVER)) < 0;
        WITHOUT_RECEIVER.setOpaque(this, without);
        return !without;
    }

    /** Where the bits of a side's sleepers stand. */
    long waitingAddress(Side side) {
        return address() + (side == Side.SENDER ? SENDERS_WAITING_AT : RECEIVERS_WAITING_AT);
    }

    /** Wakes all who sleep on a side. */
    void wakeAll(Side side) {
        long sleeping = RingMemory.getVolatile(waitingAddress(side)) & ~NO_RECEIVER;
        for (Participant participant : participants(side)) {
            if ((sleeping & participant.bit()) != 0) {
                wake(participant);
            }
        }
    }

    /** Wakes one who sleeps on a side, if any does. */
    void wakeOne(Side side) {
        long sleeping = RingMemory.getVolatile(waitingAddress(side)) & ~NO_RECEIVER;
        for (Participant participant : participants(side)) {
            if ((sleeping & participant.bit()) != 0 && wake(participant)) {
                return;
            }
        }
    }

    /** Wakes a participant if it sleeps, and answers whether it did. */
    boolean wake(Participant participant) {
        RingMemory.and(waitingAddress(participant.side()), ~participant.bit());
        int word = participant.takeWakeWord();
        if (word != 0) {
            neighbours.wake(participant, word);
        }
        return word != 0;
    }
}
