package dev.psyne.bench.channel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/**
 * JCTools' bounded array queues, which carry references: to preallocated native buffers here, so that it moves the same
 * bytes and allocates nothing either.
 *
 * <p>Each producer takes its buffers in turn from a circle of two more than the queue holds. When message n is in the
 * queue, n minus capacity has been taken out of it and the one before that has been read to its end, so the buffer that
 * comes next is free without a way back for it.
 */
final class JCToolsQueue implements SharedRing {
    private static final int SPARE_BUFFERS = 2;
    private static final int BATCH = 64;

    private final Arena arena = Arena.ofShared();
    private final RingShape shape;
    private final MessagePassingQueue<MemorySegment> queue;
    private final MemorySegment[][] circles;
    private final int[] places;

    JCToolsQueue(RingShape shape) {
        this.shape = shape;
        this.queue = shape.producers() == 1 ? new SpscArrayQueue<>(shape.slots()) : new MpscArrayQueue<>(shape.slots());
        this.circles = new MemorySegment[shape.producers()][queue.capacity() + SPARE_BUFFERS];
        this.places = new int[shape.producers()];
        for (MemorySegment[] circle : circles) {
            for (int i = 0; i < circle.length; i++) {
                circle[i] = arena.allocate(shape.messageBytes(), Long.BYTES);
            }
        }
    }

    @Override
    public void produce(int producer, long first, long messages) {
        Idle idle = shape.idle();
        MemorySegment[] circle = circles[producer];
        int place = places[producer];
        for (long number = first; number < first + messages; number++) {
            MemorySegment body = circle[place];
            place = place + 1 == circle.length ? 0 : place + 1;
            Body.write(body, number);
            while (!queue.relaxedOffer(body)) {
                idle.idle();
            }
        }
        places[producer] = place;
    }

    @Override
    public long consume(long messages) {
        Idle idle = shape.idle();
        Adding adding = new Adding();
        for (long left = messages; left > 0; ) {
            int taken = queue.drain(adding, (int) Math.min(left, BATCH));
            left -= taken;
            if (taken == 0) {
                idle.idle();
            }
        }
        return adding.sum;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static final class Adding implements MessagePassingQueue.Consumer<MemorySegment> {
        private long sum;

        @Override
        public void accept(MemorySegment body) {
            sum += Body.sum(body);
        }
    }
}
