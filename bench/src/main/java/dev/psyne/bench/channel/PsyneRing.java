package dev.psyne.bench.channel;

import dev.psyne.channel.Channel;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;

/** Ours in one process: a channel of the address {@code mem:}, written and read in place through its public interface. */
final class PsyneRing implements SharedRing {
    private static final int BATCH = 64;

    private final RingShape shape;
    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);
    private final Channel channel;

    PsyneRing(RingShape shape) {
        this.shape = shape;
        this.channel = channels.open("mem:bench", ChannelOptions.standard().withCapacityBytes(shape.capacityBytes()));
    }

    @Override
    public void produce(int producer, long first, long messages) throws InterruptedException {
        Sender sender = channel.sender();
        int bytes = shape.messageBytes();
        for (long number = first; number < first + messages; number++) {
            Claim claim = sender.claim(bytes);
            Body.write(claim.segment(), number);
            claim.commit();
        }
    }

    @Override
    public long consume(long messages) {
        Idle idle = shape.idle();
        Receiver receiver = channel.receiver();
        Adding adding = new Adding();
        for (long left = messages; left > 0; ) {
            int taken = receiver.poll(adding, (int) Math.min(left, BATCH));
            left -= taken;
            if (taken == 0) {
                idle.idle();
            }
        }
        return adding.sum;
    }

    @Override
    public void close() {
        channels.close();
        meters.close();
    }

    private static final class Adding implements MessageHandler {
        private long sum;

        @Override
        public void onMessage(MemorySegment message) {
            sum += Body.sum(message);
        }
    }
}
