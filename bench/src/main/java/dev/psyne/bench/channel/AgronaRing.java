package dev.psyne.bench.channel;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's byte rings: a message is claimed, written in place, committed, and read in place by batches. */
final class AgronaRing implements SharedRing {
    private static final int MESSAGE_TYPE = 1;
    private static final int BATCH = 64;

    private final RingShape shape;
    private final RingBuffer ring;

    AgronaRing(RingShape shape) {
        this.shape = shape;
        ByteBuffer memory = BufferUtil.allocateDirectAligned(
                shape.capacityBytes() + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH);
        UnsafeBuffer buffer = new UnsafeBuffer(memory);
        this.ring = shape.producers() == 1 ? new OneToOneRingBuffer(buffer) : new ManyToOneRingBuffer(buffer);
    }

    @Override
    public void produce(int producer, long first, long messages) {
        Idle idle = shape.idle();
        int bytes = shape.messageBytes();
        long address = ring.buffer().addressOffset();
        for (long number = first; number < first + messages; number++) {
            int place = ring.tryClaim(MESSAGE_TYPE, bytes);
            while (place < 0) {
                idle.idle();
                place = ring.tryClaim(MESSAGE_TYPE, bytes);
            }
            Body.write(Body.at(address + place, bytes), number);
            ring.commit(place);
        }
    }

    @Override
    public long consume(long messages) {
        Idle idle = shape.idle();
        Adding adding = new Adding();
        for (long left = messages; left > 0; ) {
            int taken = ring.read(adding, (int) Math.min(left, BATCH));
            left -= taken;
            if (taken == 0) {
                idle.idle();
            }
        }
        return adding.sum;
    }

    private static final class Adding implements MessageHandler {
        private long sum;

        @Override
        public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
            sum += Body.sum(Body.at(buffer.addressOffset() + index, length));
        }
    }
}
