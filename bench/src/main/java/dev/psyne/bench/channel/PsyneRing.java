package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.telemetry.Meters;
import java.util.ArrayList;
import java.util.List;

/** Ours in one process: a channel of the address {@code mem:}, written and read in place through its public interface. */
final class PsyneRing implements SharedRing {
    private static final String URI = "mem:bench";
    private static final int BATCH = 64;

    private final RingShape shape;
    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);
    private final Receiver receiver;
    private final List<Sender> senders = new ArrayList<>();

    PsyneRing(RingShape shape) {
        this.shape = shape;
        Topology topology = shape.producers() == 1 ? Topology.ONE_TO_ONE : Topology.MANY_TO_ONE;
        ChannelOptions options = ChannelOptions.of(topology).withCapacityBytes(shape.capacityBytes());
        this.receiver = channels.receiver(URI, options);
        for (int producer = 0; producer < shape.producers(); producer++) {
            senders.add(channels.sender(URI, options));
        }
    }

    @Override
    public void produce(int producer, long first, long messages) throws InterruptedException {
        Sender sender = senders.get(producer);
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
        MessageSum sum = new MessageSum();
        for (long left = messages; left > 0; ) {
            int taken = receiver.poll(sum, (int) Math.min(left, BATCH));
            left -= taken;
            if (taken == 0) {
                idle.idle();
            }
        }
        return sum.total();
    }

    @Override
    public void close() {
        channels.close();
        meters.close();
    }
}
