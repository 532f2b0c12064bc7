package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.memory.GuardedRegion;
import dev.psyne.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A ring between two guard pages, used as every participant uses it while somebody writes over its header, participants and
 * records. Only the module's own exceptions may come; a wild access ends the JVM.
 */
final class HostileRing {
    private static final String URI = "ipc:hostile";
    private static final int OWNER = 0;
    private static final int MOST_STEPS = 500;
    private static final int MOST_MESSAGES = 2000;
    private static final Topology[] TOPOLOGIES = Topology.values();

    /** With these the region starts and ends at a page. */
    private static final long CAPACITY = 4096;

    private static final long REGION_BYTES = 2 * CAPACITY;

    private final HostileBytes bytes;
    private Region region;
    private MemorySegment memory;
    private Ring ring;
    private @Nullable Sender sender;
    private @Nullable Receiver receiver;
    private long read;

    private HostileRing(HostileBytes bytes) {
        this.bytes = bytes;
        this.region = GuardedRegion.of(GuardedRegion.pages(REGION_BYTES));
        this.memory = region.segment();
        ChannelOptions options = options(bytes);
        RingShape shape = RingShape.of(options);
        if (shape.regionBytes() != REGION_BYTES) {
            throw new AssertionError("guards would not be next to a region of " + shape.regionBytes() + " bytes");
        }
        shape.write(memory, OWNER);
        this.ring = new Ring(URI, shape, region, new Mortals());
    }

    private static ChannelOptions options(HostileBytes bytes) {
        Topology topology = TOPOLOGIES[bytes.next() % TOPOLOGIES.length];
        ChannelOptions options = ChannelOptions.of(topology)
                .withSlotBytes(topology.hasSlots() ? 8 << bytes.next() % 6 : 0)
                .withCapacityBytes(CAPACITY)
                .withWindow(1 + bytes.next() % 4)
                .withParticipants(topology.hasManySenders() ? 3 : 1, topology.hasManyReceivers() ? 3 : 1);
        boolean losing = topology == Topology.BROADCAST && bytes.next() % 2 == 0;
        return losing ? options.withPolicy(Policy.DROP_OLDEST) : options;
    }

    /** Acts as the bytes say, and answers how many message bytes were read. */
    static long act(byte[] input) {
        HostileRing hostile = new HostileRing(new HostileBytes(input));
        try {
            hostile.run();
        } finally {
            hostile.end();
        }
        if (hostile.region.isOpen()) {
            throw new AssertionError("the region stays open after its last end has left");
        }
        return hostile.read;
    }

    private void run() {
        for (int step = 0; step < MOST_STEPS && bytes.hasMore(); step++) {
            byte[] before = memory.toArray(ValueLayout.JAVA_BYTE);
            try {
                act(bytes.next() % 16);
            } catch (ChannelException expected) {
                requireAReason(expected);
            } catch (TimeoutException noPatience) {
                // The ring is full or empty.
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
            if (!region.isOpen()) {
                reopen(before);
            }
        }
    }

    private static void requireAReason(RuntimeException expected) {
        if (String.valueOf(expected.getMessage()).isBlank()) {
            throw new AssertionError("says nothing", expected);
        }
    }

    private void act(int action) throws InterruptedException, TimeoutException {
        switch (action) {
            case 0, 1, 2 -> send();
            case 3 -> abort();
            case 4, 5 -> poll();
            case 6 -> receive();
            case 7 -> rejoinSender();
            case 8 -> rejoinReceiver();
            case 9 -> kill(Side.SENDER);
            case 10 -> kill(Side.RECEIVER);
            case 11 -> join();
            case 12 -> overwriteHeader();
            case 13 -> overwriteParticipant();
            case 14 -> overwriteRecord();
            default -> overwriteAnything();
        }
    }

    private Sender sender() {
        Sender open = sender;
        if (open == null) {
            Policy policy = ring.shape().losing() ? Policy.DROP_OLDEST : Policy.BLOCK;
            open = Topologies.sender(ring, policy, EndMeters.NONE);
            sender = open;
        }
        return open;
    }

    private Receiver receiver() {
        Receiver open = receiver;
        if (open == null) {
            open = Topologies.receiver(ring, EndMeters.NONE);
            receiver = open;
        }
        return open;
    }

    private Claim claim() throws InterruptedException, TimeoutException {
        Sender open = sender();
        int size = bytes.below(open.maxMessageBytes() + 1);
        Claim claim = open.claim(size, Duration.ZERO);
        claim.segment().fill((byte) size);
        return claim;
    }

    private void send() throws InterruptedException, TimeoutException {
        claim().commit();
    }

    private void abort() throws InterruptedException, TimeoutException {
        claim().abort();
    }

    private void poll() {
        int _ = receiver().poll(this::read, 1 + bytes.below(MOST_MESSAGES));
    }

    private void receive() throws InterruptedException, TimeoutException {
        boolean _ = receiver().receive(this::read, Duration.ZERO);
        boolean _ = receiver().isEnded();
    }

    private void read(MemorySegment message) {
        for (long at = 0; at < message.byteSize(); at++) {
            read += message.get(ValueLayout.JAVA_BYTE, at) & 1;
        }
    }

    private void rejoinSender() {
        Sender open = sender;
        sender = null;
        close(open);
    }

    private void rejoinReceiver() {
        Receiver open = receiver;
        receiver = null;
        close(open);
    }

    /** If nobody is left, whoever comes next finds the memory as the last one's death would have left it. */
    private void reopen(byte[] left) {
        region = GuardedRegion.of(GuardedRegion.pages(REGION_BYTES));
        memory = region.segment();
        memory.copyFrom(MemorySegment.ofArray(left));
        ring = new Ring(URI, ring.shape(), region, new Mortals());
        for (Side side : Side.values()) {
            ring.participants(side).forEach(dead -> RingMemory.put(dead.address() + RingLayout.PROCESS, Mortals.DEAD));
        }
    }

    private static void close(@Nullable AutoCloseable end) {
        if (end == null) {
            return;
        }
        try {
            end.close();
        } catch (ChannelException damaged) {
            requireAReason(damaged);
        } catch (Exception other) {
            throw new AssertionError("closing an end of a damaged ring", other);
        }
    }

    /** A process dies with its end, and is buried. */
    private void kill(Side side) {
        Object end = side == Side.SENDER ? sender : receiver;
        if (end instanceof RingEnd dead) {
            RingMemory.put(dead.participant().address() + RingLayout.PROCESS, Mortals.DEAD);
        }
        ring.buryLost();
    }

    /** Another process finds the region and joins. */
    private void join() {
        RingShape shape = RingShape.read(URI, memory, OWNER);
        shape.checkAsked(URI, ring.shape());
    }

    private void overwriteHeader() {
        overwrite(bytes.below((int) RingLayout.PARTICIPANTS_AT / Long.BYTES));
    }

    private void overwriteParticipant() {
        long from = RingLayout.PARTICIPANTS_AT / Long.BYTES;
        overwrite(from + bytes.below((int) (RingLayout.PARTICIPANT_BYTES / Long.BYTES * 2)));
    }

    private void overwriteRecord() {
        overwrite(RingLayout.PAGE / Long.BYTES + bytes.below((int) CAPACITY / Long.BYTES));
    }

    private void overwriteAnything() {
        overwrite(bytes.below((int) (memory.byteSize() / Long.BYTES)));
    }

    private void overwrite(long word) {
        long at = word * Long.BYTES;
        long standing = memory.get(ValueLayout.JAVA_LONG, at);
        memory.set(ValueLayout.JAVA_LONG, at, bytes.hostileWord(standing));
    }

    private void end() {
        close(sender);
        close(receiver);
        if (region.isOpen()) {
            ring.closeUnused();
        }
    }
}
