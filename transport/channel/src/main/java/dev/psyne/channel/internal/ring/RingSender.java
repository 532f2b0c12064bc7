package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelFullException;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Sender;
import dev.psyne.platform.ProcessBarrier;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the senders of all rings have in common; it is its own claim. */
abstract class RingSender extends RingEnd implements Sender, Claim {
    private static final int NONE = -1;

    private final Policy policy;
    private final EndMeters meters;
    private final ChannelFullException full;
    private final int maxMessageBytes;
    private final long capacity;
    private final MemorySegment data;
    private final long receiversWaiting;
    private final long own;
    private final DroppedClaim dropped = new DroppedClaim();

    private int claimedBytes = NONE;
    private long highWater;
    private long messages;
    private long bytes;

    RingSender(Ring ring, Policy policy, EndMeters meters, int maxMessageBytes) {
        super(ring, Side.SENDER);
        this.policy = policy;
        this.meters = meters;
        this.full = new ChannelFullException(ring.uri());
        this.maxMessageBytes = maxMessageBytes;
        this.capacity = ring.shape().capacity();
        this.data = ring.data();
        this.receiversWaiting = ring.waitingAddress(Side.RECEIVER);
        this.own = participant().address();
    }

    /**
     * Finds room for a message and remembers it by {@link #claimed}, or answers false and changes nothing. Called outside of
     * an operation too: what it reads of the ring it reads within one.
     */
    abstract boolean tryClaim(int bytes);

    /**
     * Remembers a claim. One that others can see is remembered within the operation that makes it: who closes this sender
     * must find it.
     */
    final void claimed(int size) {
        claimedBytes = size;
    }

    /** Where in the data the claimed message goes. */
    abstract long claimedPlace();

    /** Publishes the claimed message with a release store. */
    abstract void publish(int bytes);

    /** Gives the claimed room back, so that it stands in nobody's way. */
    abstract void giveBack();

    /** The receivers to wake for a message. */
    abstract void wakeReceivers();

    @Override
    public final int maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    public final Claim claim(int bytes) throws InterruptedException {
        if (isClaimedAtOnce(bytes)) {
            return this;
        }
        Claim claim = claimWhenFull(bytes, FOREVER);
        if (claim == null) {
            throw new AssertionError("waited for ever");
        }
        return claim;
    }

    @Override
    public final Claim claim(int bytes, Duration patience) throws InterruptedException, TimeoutException {
        if (isClaimedAtOnce(bytes)) {
            return this;
        }
        Claim claim = claimWhenFull(bytes, System.nanoTime() + patience.toNanos());
        if (claim == null) {
            throw new TimeoutException(uri() + " had no room for " + bytes + " bytes in " + patience);
        }
        return claim;
    }

    private boolean isClaimedAtOnce(int bytes) {
        check(bytes);
        return !ring().isWithoutReceiver() && tryClaim(bytes);
    }

    private void check(int bytes) {
        if (isClosed()) {
            throw closedException();
        }
        if (bytes < 0 || bytes > maxMessageBytes) {
            throw new IllegalArgumentException("bytes is " + bytes + "; a message of " + uri() + " may have 0 to "
                    + maxMessageBytes + "; make the channel with more capacity");
        }
        if (claimedBytes != NONE) {
            throw new IllegalStateException("the claim before is neither committed nor aborted");
        }
    }

    /** Null if the deadline came before there was room. */
    private @Nullable Claim claimWhenFull(int bytes, long deadline) throws InterruptedException {
        enter();
        try {
            checkReceiver();
            if (tryClaim(bytes)) {
                return this;
            }
            return switch (policy) {
                case FAIL -> throw full;
                case DROP_NEWEST -> drop(bytes);
                case BLOCK, DROP_OLDEST -> claimOnceThereIsRoom(bytes, deadline);
            };
        } finally {
            exit();
        }
    }

    private @Nullable Claim claimOnceThereIsRoom(int bytes, long deadline) throws InterruptedException {
        writeFigures();
        count(RingLayout.WAITS, 1);
        meters.waited();
        while (true) {
            boolean inTime = await(() -> tryClaim(bytes) || isPeerLost() || !ring().lookForReceiver(), deadline);
            if (claimedBytes != NONE) {
                return this;
            }
            if (isClosed()) {
                throw closedException();
            }
            checkReceiver();
            checkPeerLost();
            if (!inTime) {
                return null;
            }
        }
    }

    private void checkReceiver() {
        if (!ring().lookForReceiver()) {
            throw new ChannelClosedException("the receiver of " + uri() + " is closed");
        }
    }

    /** Notes how many bytes of the ring are in use; the most there ever were is this sender's high water. */
    final void fill(long inUse) {
        if (inUse > highWater) {
            highWater = Math.min(inUse, capacity);
            RingMemory.put(own + RingLayout.HIGH_WATER, highWater);
            meters.filled(highWater);
        }
    }

    /** What this sender has sent so far, for those who look from outside: not with every message, but before every rest. */
    final void writeFigures() {
        RingMemory.put(own + RingLayout.MESSAGES, messages);
        RingMemory.put(own + RingLayout.BYTES, bytes);
    }

    private Claim drop(int size) {
        count(RingLayout.LOST, 1);
        meters.lost(1);
        return dropped.open(size);
    }

    @Override
    public final boolean offer(MemorySegment message) throws InterruptedException {
        long size = message.byteSize();
        if (size > maxMessageBytes) {
            throw new IllegalArgumentException("the message has " + size + " bytes; one of " + uri() + " may have "
                    + maxMessageBytes + "; make the channel with more capacity");
        }
        Claim claim = claim((int) size);
        if (claim != this) {
            claim.abort();
            return false;
        }
        try {
            MemorySegment.copy(message, 0, data, claimedPlace(), size);
        } catch (RuntimeException failure) {
            abort();
            throw failure;
        }
        commit();
        return true;
    }

    @Override
    public final MemorySegment segment() {
        return data.asSlice(claimedPlace(), checkClaimed());
    }

    @Override
    public final void commit() {
        int size = checkClaimed();
        enter();
        try {
            // Within the operation: whoever closes this sender outside of one gives a claim back that is still open.
            claimedBytes = NONE;
            publish(size);
            messages++;
            bytes += size;
            ProcessBarrier.light();
            if (RingMemory.get(receiversWaiting) != 0) {
                writeFigures();
                if (ring().lookForReceiver()) {
                    wakeReceivers();
                }
            }
        } finally {
            exit();
        }
    }

    @Override
    public final void abort() {
        checkClaimed();
        enter();
        try {
            claimedBytes = NONE;
            giveBack();
        } finally {
            exit();
        }
    }

    private int checkClaimed() {
        int size = claimedBytes;
        if (size == NONE) {
            throw new IllegalStateException("the claim is committed or aborted");
        }
        return size;
    }

    @Override
    final void beforeLeaving() {
        if (claimedBytes != NONE) {
            giveBack();
        }
        writeFigures();
    }
}
