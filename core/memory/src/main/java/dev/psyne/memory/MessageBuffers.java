package dev.psyne.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A fixed number of equal buffers for messages, each with one or several readers: whoever gets one from
 * {@link #tryAcquire()} writes it, calls {@link #retain} for each reader beyond the first, and every reader calls
 * {@link #release} once. The last release puts it back.
 *
 * <p>A buffer is named by a ticket, a plain number that fits in a message and costs no object. A ticket is good from
 * acquire to the last release; after that each use of it throws, also when the buffer has gone to somebody else. The
 * segment is good as long as its ticket, which nothing checks: read it within.
 *
 * <p>Nothing waits: an empty pool is an answer. Lock-free, for any threads. The memory is one block of an allocator,
 * taken at the start and given back by {@link #close()}.
 */
public final class MessageBuffers implements AutoCloseable {
    /** Instead of a ticket: all buffers are in use. */
    public static final long NONE = -1;

    /** The most buffers a pool may have. */
    public static final int MOST_BUFFERS = 1 << 20;

    /** The most readers a buffer may have at a time. */
    public static final int MOST_READERS = (1 << 30) - 1;

    private static final int READERS_BITS = 32;
    private static final long READERS = (1L << READERS_BITS) - 1;
    private static final int ROUNDS = Integer.MAX_VALUE;

    /** Ends the list of free buffers. */
    private static final int END = -1;

    private final RegionAllocator allocator;
    private final MemorySegment block;
    private final MemorySegment[] segments;

    /** Of each buffer the number of times it was acquired, and how many readers have it now. */
    private final AtomicLongArray states;

    /** The free list: behind each free buffer the next. Its head carries a count, so that it never comes back as it was. */
    private final int[] next;

    private final AtomicLong head;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes the memory of all buffers.
     *
     * @param allocator where from
     * @param count 1 to {@value #MOST_BUFFERS}
     * @param bufferBytes the size of each, 1 or more
     * @throws RegionExhaustedException if the allocator has no block for all of them
     */
    public MessageBuffers(RegionAllocator allocator, int count, long bufferBytes) {
        if (count < 1 || count > MOST_BUFFERS) {
            throw new IllegalArgumentException("count is " + count + "; it must be 1 to " + MOST_BUFFERS);
        }
        if (bufferBytes < 1 || bufferBytes > Long.MAX_VALUE / MOST_BUFFERS - RegionAllocator.ALIGNMENT) {
            throw new IllegalArgumentException("bufferBytes is " + bufferBytes + "; it must be 1 or more, and all "
                    + count + " buffers must fit in a region");
        }
        this.allocator = allocator;
        long stride = bufferBytes + RegionAllocator.ALIGNMENT - 1 & -RegionAllocator.ALIGNMENT;
        block = allocator.allocate(stride * count);
        segments = new MemorySegment[count];
        Arrays.setAll(segments, i -> block.asSlice(i * stride, bufferBytes));
        states = new AtomicLongArray(count);
        next = new int[count];
        Arrays.setAll(next, i -> i + 1 < count ? i + 1 : END);
        head = new AtomicLong();
    }

    /** The ticket of a buffer that has one reader now, or {@link #NONE}. Its content is what the last one left. */
    public long tryAcquire() {
        if (closed.get()) {
            throw new IllegalStateException("the pool is closed; no buffer can be acquired");
        }
        long seen = head.get();
        while ((int) seen != END) {
            long after = nextHead(seen, next[(int) seen]);
            long witness = head.compareAndExchange(seen, after);
            if (witness == seen) {
                int buffer = (int) seen;
                int round = ((int) (states.get(buffer) >>> READERS_BITS) + 1) & ROUNDS;
                states.set(buffer, (long) round << READERS_BITS | 1);
                return (long) round << READERS_BITS | buffer;
            }
            seen = witness;
        }
        return NONE;
    }

    /**
     * The memory of a buffer, of exactly the size asked for, on a multiple of 64 bytes.
     *
     * @throws IllegalStateException if the ticket's last reader has released it
     */
    public MemorySegment segment(long ticket) {
        int buffer = buffer(ticket);
        check(ticket, states.get(buffer));
        return segments[buffer];
    }

    /**
     * Adds readers to a buffer that has one.
     *
     * @param readers 1 or more
     * @throws IllegalStateException if the ticket's last reader has released it, or it would have more than
     *     {@value #MOST_READERS}
     */
    public void retain(long ticket, int readers) {
        if (readers < 1) {
            throw new IllegalArgumentException("readers is " + readers + "; it must be 1 or more");
        }
        int buffer = buffer(ticket);
        long seen = states.get(buffer);
        while (true) {
            check(ticket, seen);
            if ((seen & READERS) + readers > MOST_READERS) {
                throw new IllegalStateException(
                        "a buffer may have " + MOST_READERS + " readers; " + (seen & READERS) + " have it");
            }
            long witness = states.compareAndExchange(buffer, seen, seen + readers);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    /**
     * One reader is done; after the last the buffer can be acquired again.
     *
     * @throws IllegalStateException if the ticket's last reader has released it before
     */
    public void release(long ticket) {
        int buffer = buffer(ticket);
        long seen = states.get(buffer);
        while (true) {
            check(ticket, seen);
            long witness = states.compareAndExchange(buffer, seen, seen - 1);
            if (witness == seen) {
                break;
            }
            seen = witness;
        }
        if ((seen & READERS) == 1) {
            putBack(buffer);
        }
    }

    /** Buffers that nobody has; exact when no other thread is at work. */
    public int available() {
        int free = 0;
        for (int buffer = 0; buffer < segments.length; buffer++) {
            free += (states.get(buffer) & READERS) == 0 ? 1 : 0;
        }
        return free;
    }

    /** Buffers in all. */
    public int count() {
        return segments.length;
    }

    /** Size of each buffer. */
    public long bufferBytes() {
        return segments[0].byteSize();
    }

    /**
     * Gives the memory back to the allocator; a second close does nothing.
     *
     * @throws IllegalStateException if buffers are still in use; the pool then stays open and can be closed later
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        // With the list empty nobody can acquire any more; only then is it known who has one.
        int first = (int) head.getAndUpdate(seen -> nextHead(seen, END));
        int free = 0;
        for (int buffer = first; buffer != END; buffer = next[buffer]) {
            free++;
        }
        if (free == count()) {
            allocator.free(block);
            return;
        }
        for (int buffer = first; buffer != END; ) {
            int following = next[buffer];
            putBack(buffer);
            buffer = following;
        }
        closed.set(false);
        throw new IllegalStateException(
                count() - free + " of " + count() + " buffers are in use; release them before close");
    }

    private void putBack(int buffer) {
        long seen = head.get();
        while (true) {
            next[buffer] = (int) seen;
            long witness = head.compareAndExchange(seen, nextHead(seen, buffer));
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    private static long nextHead(long head, int buffer) {
        return ((head >>> READERS_BITS) + 1) << READERS_BITS | Integer.toUnsignedLong(buffer);
    }

    private int buffer(long ticket) {
        int buffer = (int) ticket;
        if (ticket < 0 || buffer < 0 || buffer >= segments.length) {
            throw new IllegalArgumentException("0x%x is not a ticket of this pool".formatted(ticket));
        }
        return buffer;
    }

    private void check(long ticket, long state) {
        if (state >>> READERS_BITS != ticket >>> READERS_BITS || (state & READERS) == 0) {
            throw new IllegalStateException("the buffer of ticket 0x%x at 0x%x was released by its last reader"
                    .formatted(ticket, segments[(int) ticket].address()));
        }
    }
}
