package dev.psyne.bench.channel;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Aeron IPC: an exclusive publication each way, both sides spinning. A message that fits a frame is claimed and written in
 * place; a larger one is written into a buffer and offered, which is how Aeron takes it. Fragments are read in place
 * without being put together again, which is what serves the peer best.
 *
 * <p>The media driver runs in the following process, on one thread. It spins where a core is left for it, else it backs
 * off: on two cores a third spinning thread would take the others' time.
 */
final class AeronLink implements Link, FragmentHandler {
    private static final String CHANNEL = "aeron:ipc";
    private static final int TO_FOLLOWER = 1;
    private static final int TO_LEADER = 2;
    private static final int CORES_TO_SPIN_ON = 4;
    private static final int MAX_FRAME_BYTES = 65504;
    private static final long MIN_PARK_NANOS = 1_000;
    private static final long MAX_PARK_NANOS = 100_000;
    private static final int IDLE_SPINS = 10;
    private static final int IDLE_YIELDS = 20;

    private final int bytes;
    private final @Nullable MediaDriver driver;
    private final Aeron aeron;
    private final Subscription subscription;
    private final ExclusivePublication publication;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer large;
    private @Nullable Image image;
    private int messages;
    private long sum;

    AeronLink(LinkShape shape) {
        this.bytes = shape.messageBytes();
        String folder = shape.folder().resolve("aeron").toString();
        this.driver = shape.isFollower() ? MediaDriver.launch(driver(shape, folder)) : null;
        this.aeron =
                Aeron.connect(new Aeron.Context().aeronDirectoryName(folder).preTouchMappedMemory(true));
        this.subscription = aeron.addSubscription(CHANNEL, shape.isFollower() ? TO_FOLLOWER : TO_LEADER);
        this.publication = aeron.addExclusivePublication(CHANNEL, shape.isFollower() ? TO_LEADER : TO_FOLLOWER);
        this.large = new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, BitUtil.CACHE_LINE_LENGTH));
    }

    private static MediaDriver.Context driver(LinkShape shape, String folder) {
        IdleStrategy idle = Runtime.getRuntime().availableProcessors() >= CORES_TO_SPIN_ON
                ? BusySpinIdleStrategy.INSTANCE
                : new BackoffIdleStrategy(IDLE_SPINS, IDLE_YIELDS, MIN_PARK_NANOS, MAX_PARK_NANOS);
        return new MediaDriver.Context()
                .aeronDirectoryName(folder)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idle)
                .termBufferSparseFile(false)
                .ipcTermBufferLength(shape.capacityBytes())
                .ipcMtuLength(MAX_FRAME_BYTES)
                .publicationUnblockTimeoutNs(TimeUnit.MINUTES.toNanos(2))
                .clientLivenessTimeoutNs(TimeUnit.MINUTES.toNanos(1));
    }

    @Override
    public void send(long number) {
        if (bytes > publication.maxPayloadLength()) {
            Body.write(Body.at(large.addressOffset(), bytes), number);
            while (!isAccepted(publication.offer(large, 0, bytes))) {
                Thread.onSpinWait();
            }
            return;
        }
        while (!isAccepted(publication.tryClaim(bytes, claim))) {
            Thread.onSpinWait();
        }
        Body.write(Body.at(claim.buffer().addressOffset() + claim.offset(), bytes), number);
        claim.commit();
    }

    private static boolean isAccepted(long position) {
        if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
            throw new IllegalStateException("the publication has ended: " + Publication.errorString(position));
        }
        return position > 0;
    }

    @Override
    public int receive(int limit) {
        Image source = image;
        if (source == null) {
            image = subscription.isConnected() ? subscription.imageAtIndex(0) : null;
            return 0;
        }
        messages = 0;
        source.poll(this, limit);
        return messages;
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        sum += Body.sum(Body.at(buffer.addressOffset() + offset, length));
        if ((header.flags() & FrameDescriptor.END_FRAG_FLAG) != 0) {
            messages++;
        }
    }

    @Override
    public long sum() {
        return sum;
    }

    @Override
    public void close() {
        aeron.close();
        if (driver != null) {
            driver.close();
        }
    }
}
