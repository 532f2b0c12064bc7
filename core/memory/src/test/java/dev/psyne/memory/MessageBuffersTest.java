package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageBuffersTest {
    private static final int COUNT = 8;
    private static final long BUFFER_BYTES = 100;

    private Region region;
    private RegionAllocator allocator;
    private MessageBuffers buffers;

    @BeforeEach
    void open() {
        region = Region.anonymous(1 << 20);
        allocator = RegionAllocator.over(region);
        buffers = new MessageBuffers(allocator, COUNT, BUFFER_BYTES);
    }

    @AfterEach
    void close() {
        region.close();
    }

    @Test
    void buffersAreDistinctAlignedAndBoundedAndThenThePoolIsEmpty() {
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < COUNT; i++) {
            MemorySegment segment = buffers.segment(buffers.tryAcquire());
            assertEquals(BUFFER_BYTES, segment.byteSize());
            assertEquals(0, segment.address() % RegionAllocator.ALIGNMENT);
            addresses.add(segment.address());
        }
        assertEquals(COUNT, addresses.size());
        assertEquals(0, buffers.available());
        assertEquals(MessageBuffers.NONE, buffers.tryAcquire());
    }

    @Test
    void theLastReaderPutsABufferBack() {
        long ticket = buffers.tryAcquire();
        buffers.retain(ticket, 2);
        buffers.release(ticket);
        buffers.release(ticket);
        assertEquals(COUNT - 1, buffers.available());
        assertEquals(BUFFER_BYTES, buffers.segment(ticket).byteSize());
        buffers.release(ticket);
        assertEquals(COUNT, buffers.available());
    }

    @Test
    void aTicketIsDeadAfterTheLastReleaseAlsoWhenTheBufferHasAnotherHolder() {
        long first = buffers.tryAcquire();
        long address = buffers.segment(first).address();
        buffers.release(first);
        assertDead(first);
        long second = buffers.tryAcquire();
        assertEquals(address, buffers.segment(second).address());
        assertNotEquals(first, second);
        assertDead(first);
        buffers.release(second);
    }

    private void assertDead(long ticket) {
        assertThrows(IllegalStateException.class, () -> buffers.segment(ticket));
        assertThrows(IllegalStateException.class, () -> buffers.retain(ticket, 1));
        assertThrows(IllegalStateException.class, () -> buffers.release(ticket));
    }

    @Test
    void whatIsNoTicketIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> buffers.segment(MessageBuffers.NONE));
        assertThrows(IllegalArgumentException.class, () -> buffers.release(COUNT));
        assertThrows(IllegalStateException.class, () -> buffers.release(0));
    }

    @Test
    void readersAreBounded() {
        long ticket = buffers.tryAcquire();
        assertThrows(IllegalArgumentException.class, () -> buffers.retain(ticket, 0));
        assertThrows(IllegalStateException.class, () -> buffers.retain(ticket, MessageBuffers.MOST_READERS));
        buffers.release(ticket);
        assertEquals(COUNT, buffers.available());
    }

    @Test
    void closeWaitsForNobodyAndGivesTheMemoryBack() {
        long ticket = buffers.tryAcquire();
        assertThrows(IllegalStateException.class, buffers::close);
        assertEquals(COUNT - 1, buffers.available());
        buffers.release(buffers.tryAcquire());
        buffers.release(ticket);
        buffers.close();
        buffers.close();
        assertThrows(IllegalStateException.class, buffers::tryAcquire);
        assertEquals(0, allocator.statistics().allocatedBytes());
    }

    @Test
    void sizesOutOfBoundsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MessageBuffers(allocator, 0, 64));
        assertThrows(IllegalArgumentException.class, () -> new MessageBuffers(allocator, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new MessageBuffers(allocator, 1, Long.MAX_VALUE));
        assertThrows(RegionExhaustedException.class, () -> new MessageBuffers(allocator, 1 << 20, 64));
    }

    @Test
    void noBufferHasTwoHolders() throws Exception {
        Callable<Integer> user = () -> {
            int got = 0;
            while (got < 100_000) {
                long ticket = buffers.tryAcquire();
                if (ticket != MessageBuffers.NONE) {
                    MemorySegment segment = buffers.segment(ticket);
                    segment.set(ValueLayout.JAVA_LONG, 0, ticket);
                    buffers.retain(ticket, 1);
                    buffers.release(ticket);
                    assertEquals(ticket, segment.get(ValueLayout.JAVA_LONG, 0));
                    buffers.release(ticket);
                    got++;
                }
            }
            return got;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (Future<Integer> done : threads.invokeAll(List.of(user, user, user))) {
                done.get();
            }
        }
        assertEquals(COUNT, buffers.available());
        buffers.close();
    }
}
