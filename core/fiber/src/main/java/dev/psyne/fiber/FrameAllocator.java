package dev.psyne.fiber;

import dev.psyne.memory.HugePages;
import dev.psyne.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Memory for what lives no longer than a frame (of a game, a tick, a batch): each worker of a scheduler takes it from blocks
 * of its own by moving a position on, nothing is given back singly, and {@link #nextFrame()} takes all of a frame back
 * at once. After the tagged heap of Gyrling, "Parallelizing the Naughty Dog Engine Using Fibers" (GDC 2015); the blocks
 * stay with their worker here, which has touched them first, so they lie on its NUMA node if workers are pinned.
 *
 * <p>With {@code frames(2)}, the default, what was allocated in a frame is valid during the next one too, so that one
 * frame can be drawn while the following is computed. It is valid wherever the job goes that allocated it, on every
 * thread. Its content is whatever was there before. Threads that are no jobs of the scheduler, and
 * {@link FiberProvider#VIRTUAL_THREADS}, share some memories behind locks.
 *
 * <p>Use after the end: a segment of a frame that has ended throws IllegalStateException, from whichever thread, at every
 * access through it or its slices. Not detected: access by an address that native code was given, and memory
 * allocated by a job that should have ended with the frame but allocates in the next one. Each {@link #nextFrame()} pays
 * for the check by closing a shared arena, a handshake with every thread of the JVM; with {@link Builder#unchecked()}
 * there is none, and a segment of a frame that has ended shows what a later frame wrote there, but never reaches memory
 * that is gone.
 *
 * <p>All methods may be called from any thread. An allocation beside
 * {@link #nextFrame()} belongs to the one frame or the other; it may throw IllegalStateException if its frame ends meanwhile.
 */
public final class FrameAllocator implements SegmentAllocator, AutoCloseable {
    /** Bytes of a block unless the builder says otherwise. */
    public static final long DEFAULT_BLOCK_BYTES = 1L << 20;

    /** Bytes of one worker in one frame at most, unless the builder says otherwise. */
    public static final long DEFAULT_BYTES_PER_WORKER = 64L << 20;

    /** The most bytes that one worker may be allowed in one frame. */
    public static final long MAX_BYTES_PER_WORKER = 1L << 36;

    /** The strictest alignment of an allocation, in bytes: a page. */
    public static final long MAX_ALIGNMENT = 4096;

    /** Frames that can be alive at once. */
    public static final int MAX_FRAMES = 16;

    /** Memories that threads other than the workers share. */
    private static final int SHARED_LANES = 8;

    private static final VarHandle CURRENT = FieldHandle.of(MethodHandles.lookup(), "current", Frame.class);

    /** The memory of several threads. */
    private record SharedLane(ReentrantLock lock, FrameLane lane) {}

    private final JobPool pool;
    private final int frames;
    private final long blockBytes;
    private final long bytesPerWorker;
    private final boolean checked;
    private final HugePages hugePages;
    private final @Nullable FrameLane[] lanes;
    private final SharedLane[] sharedLanes;
    private final Queue<Region> blocks = new ConcurrentLinkedQueue<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final ReentrantLock turn = new ReentrantLock();
    private final @Nullable Frame[] alive;
    private volatile Frame current;

    private FrameAllocator(Scheduler scheduler, Builder options) {
        this.pool = scheduler.pool();
        this.frames = options.frames;
        this.blockBytes = options.blockBytes;
        this.bytesPerWorker = options.bytesPerWorker;
        this.checked = options.checked;
        this.hugePages = options.hugePages;
        this.lanes = new FrameLane[scheduler.workers()];
        this.sharedLanes = Stream.generate(() -> new SharedLane(new ReentrantLock(), newLane()))
                .limit(SHARED_LANES)
                .toArray(SharedLane[]::new);
        this.alive = new Frame[frames];
        Frame first = Frame.begin(0, 0, checked);
        this.alive[0] = first;
        this.current = first;
    }

    /** Options for an allocator of the scheduler's workers. */
    public static Builder builder(Scheduler scheduler) {
        return new Builder(scheduler);
    }

    /**
     * Memory of the current frame.
     *
     * @param bytes zero or more; more than a block has a block of its own
     * @param alignment in bytes, a power of two up to {@value #MAX_ALIGNMENT}
     * @throws FrameExhaustedException if the worker's memory of this frame is used up
     * @throws IllegalStateException if the allocator is closed
     */
    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        if (bytes < 0 || alignment < 1 || alignment > MAX_ALIGNMENT || (alignment & alignment - 1) != 0) {
            throw refusal(bytes, alignment);
        }
        while (true) {
            FrameLane lane = ownLane();
            if (lane == null || bytes > blockBytes) {
                return lane == null ? allocateShared(bytes, alignment) : allocateLarge(bytes, alignment);
            }
            long at = lane.reserve(now(), bytes, alignment);
            if (at != FrameLane.NO_ROOM) {
                return lane.block().asSlice(at, bytes);
            }
            addBlock(newBlock(bytes));
        }
    }

    /**
     * Begins the next frame and ends the one that was begun {@link Builder#frames} frames before it, with all of its
     * segments.
     *
     * @return the number of the frame that begins; the first frame of all is 0
     * @throws IllegalStateException if the allocator is closed, or a native call is using a segment of the frame that is
     *     to end; then the current frame goes on
     */
    public long nextFrame() {
        turn.lock();
        try {
            Frame now = current;
            if (now.isClosed()) {
                throw new IllegalStateException("the frame allocator is closed");
            }
            long number = now.number() + 1;
            int slot = (int) (number % frames);
            end(slot);
            Frame next = Frame.begin(number, slot, checked);
            alive[slot] = next;
            current = next;
            return number;
        } finally {
            turn.unlock();
        }
    }

    /** The number of the current frame. */
    public long frame() {
        return current.number();
    }

    /** Bytes of all blocks, in use or kept for a later frame. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /**
     * Ends every frame and gives the memory back. Idempotent.
     *
     * @throws IllegalStateException if a native call is using a segment; the rest can be closed later
     */
    @Override
    public void close() {
        turn.lock();
        try {
            current = Frame.closed();
            for (int slot = 0; slot < frames; slot++) {
                end(slot);
            }
            closeBlocks();
        } finally {
            turn.unlock();
        }
    }

    private void end(int slot) {
        Frame ending = alive[slot];
        if (ending != null) {
            ending.end();
            alive[slot] = null;
        }
    }

    private void closeBlocks() {
        for (Region block = blocks.peek(); block != null; block = blocks.peek()) {
            discard(block);
        }
    }

    private @Nullable FrameLane ownLane() {
        int worker = pool.callingWorkerNumber();
        if (worker < 0 || worker >= lanes.length) {
            return null;
        }
        FrameLane lane = lanes[worker];
        if (lane == null) {
            lane = newLane();
            lanes[worker] = lane;
        }
        return lane;
    }

    private FrameLane newLane() {
        return new FrameLane(frames, blockBytes, bytesPerWorker);
    }

    /** Whoever uses a lane must ask anew each time, so that no lane ever goes back to an earlier frame. */
    private Frame now() {
        return (Frame) CURRENT.getAcquire(this);
    }

    private static IllegalArgumentException refusal(long bytes, long alignment) {
        return bytes < 0
                ? new IllegalArgumentException("bytes is " + bytes + "; it must not be negative")
                : new IllegalArgumentException(
                        "alignment is " + alignment + "; it must be a power of two of at most " + MAX_ALIGNMENT);
    }

    private MemorySegment allocateLarge(long bytes, long alignment) {
        while (true) {
            FrameLane lane = ownLane();
            if (lane == null) {
                return allocateShared(bytes, alignment);
            }
            MemorySegment memory = lane.reserveLarge(now(), bytes);
            if (memory != null) {
                return memory;
            }
            addBlock(newBlock(bytes));
        }
    }

    private MemorySegment allocateShared(long bytes, long alignment) {
        SharedLane shared = sharedLanes[(int) (Thread.currentThread().threadId() % SHARED_LANES)];
        FrameLane lane = shared.lane();
        shared.lock().lock();
        try {
            while (true) {
                if (bytes > blockBytes) {
                    MemorySegment large = lane.reserveLarge(now(), bytes);
                    if (large != null) {
                        return large;
                    }
                } else {
                    long at = lane.reserve(now(), bytes, alignment);
                    if (at != FrameLane.NO_ROOM) {
                        return lane.block().asSlice(at, bytes);
                    }
                }
                addBlock(lane, newBlock(bytes));
            }
        } finally {
            shared.lock().unlock();
        }
    }

    /** Mapping a block may have let the job go to another worker, which then gets it. */
    private void addBlock(Region block) {
        addBlock(ownLane(), block);
    }

    private void addBlock(@Nullable FrameLane lane, Region block) {
        boolean added = false;
        try {
            added = lane != null && lane.add(now(), block);
        } finally {
            if (!added) {
                discard(block);
            }
        }
    }

    /** A block in memory, brought there by the calling thread, whose worker's NUMA node it takes by that. */
    private Region newBlock(long bytes) {
        Region block = Region.builder(Math.max(blockBytes, bytes))
                .alignment(MAX_ALIGNMENT)
                .hugePages(hugePages)
                .prefault(Runnable::run)
                .build();
        heldBytes.addAndGet(block.bytes());
        blocks.add(block);
        if (current.isClosed()) {
            // Closed meanwhile: whoever closed may not have seen this block.
            discard(block);
            throw new IllegalStateException("the frame allocator is closed");
        }
        return block;
    }

    private void discard(Region block) {
        block.close();
        if (blocks.remove(block)) {
            heldBytes.addAndGet(-block.bytes());
        }
    }

    /** The options of an allocator. Not for use by several threads. */
    public static final class Builder {
        private final Scheduler scheduler;
        private int frames = 2;
        private long blockBytes = DEFAULT_BLOCK_BYTES;
        private long bytesPerWorker = DEFAULT_BYTES_PER_WORKER;
        private boolean checked = true;
        private HugePages hugePages = HugePages.NONE;

        private Builder(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        /** How many frames are alive at once, the current one counted: 1 to {@link #MAX_FRAMES}, 2 by default. */
        public Builder frames(int count) {
            if (count < 1 || count > MAX_FRAMES) {
                throw new IllegalArgumentException("frames is " + count + "; it may be 1 to " + MAX_FRAMES);
            }
            frames = count;
            return this;
        }

        /** Bytes of a block, which each worker takes from the system at once; at least {@link #MAX_ALIGNMENT}. */
        public Builder blockBytes(long bytes) {
            blockBytes = inRange("blockBytes", bytes);
            return this;
        }

        /**
         * Bytes that one worker may hold for one frame, in blocks. As much as one block means that a frame which does not
         * fit into it fails; more, that further blocks are taken and kept.
         */
        public Builder bytesPerWorker(long limit) {
            bytesPerWorker = inRange("bytesPerWorker", limit);
            return this;
        }

        /** Leaves out the check for use after the end, for frames so short that its cost is felt. */
        public Builder unchecked() {
            checked = false;
            return this;
        }

        /** Whether blocks are to lie in huge pages; they should then be as large as some of those. */
        public Builder hugePages(HugePages wanted) {
            hugePages = wanted;
            return this;
        }

        /**
         * Makes the allocator. It takes no memory yet.
         *
         * @throws IllegalArgumentException if a block is larger than a worker's bytes
         */
        public FrameAllocator build() {
            if (blockBytes > bytesPerWorker) {
                throw new IllegalArgumentException("a block of " + blockBytes + " bytes is more than bytesPerWorker, "
                        + bytesPerWorker + "; raise that or make blocks smaller");
            }
            return new FrameAllocator(scheduler, this);
        }

        private static long inRange(String option, long bytes) {
            if (bytes < MAX_ALIGNMENT || bytes > MAX_BYTES_PER_WORKER) {
                throw new IllegalArgumentException(
                        option + " is " + bytes + "; it may be " + MAX_ALIGNMENT + " to " + MAX_BYTES_PER_WORKER);
            }
            return bytes;
        }
    }
}
