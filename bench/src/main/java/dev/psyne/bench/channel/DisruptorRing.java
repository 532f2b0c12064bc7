package dev.psyne.bench.channel;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * LMAX Disruptor, one producer: each preallocated event owns a piece of native memory in which the message is written and
 * read in place. The consumer is its batch event processor with the busy-spin wait strategy.
 */
final class DisruptorRing implements SharedRing {
    /** The message of one slot. */
    private record Slot(MemorySegment body) {}

    private final Arena arena = Arena.ofShared();
    private final RingShape shape;
    private final RingBuffer<Slot> ring;
    private final Adding adding = new Adding();
    private final BatchEventProcessor<Slot> processor;

    DisruptorRing(RingShape shape) {
        this.shape = shape;
        this.ring = RingBuffer.createSingleProducer(
                () -> new Slot(arena.allocate(shape.messageBytes(), Long.BYTES)),
                shape.slots(),
                new BusySpinWaitStrategy());
        this.processor = new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), adding);
        ring.addGatingSequences(processor.getSequence());
    }

    @Override
    public void produce(int producer, long first, long messages) {
        Idle idle = shape.idle();
        for (long number = first; number < first + messages; number++) {
            // next() of a full ring parks the thread; a spin is what serves the peer best here.
            while (!ring.hasAvailableCapacity(1)) {
                idle.idle();
            }
            long sequence = ring.next();
            Body.write(ring.get(sequence).body(), number);
            ring.publish(sequence);
        }
    }

    @Override
    public long consume(long messages) {
        adding.left = messages;
        adding.sum = 0;
        processor.run();
        return adding.sum;
    }

    @Override
    public void close() {
        arena.close();
    }

    private final class Adding implements EventHandler<Slot> {
        private long left;
        private long sum;

        @Override
        public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
            sum += Body.sum(slot.body());
            if (--left == 0) {
                processor.halt();
            }
        }
    }
}
