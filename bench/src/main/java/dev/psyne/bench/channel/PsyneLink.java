package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.telemetry.Meters;

/** Ours between two processes: a channel of the address {@code ipc:} each way, through its public interface. */
final class PsyneLink implements Link {
    private static final String TO_FOLLOWER = "ipc:there";
    private static final String TO_LEADER = "ipc:back";

    private final int bytes;
    private final boolean blocks;
    private final Meters meters = Meters.create();
    private final Channels channels;
    private final Sender sender;
    private final Receiver receiver;
    private final MessageSum sum = new MessageSum();

    PsyneLink(LinkShape shape) {
        this.bytes = shape.messageBytes();
        this.blocks = shape.blocks();
        this.channels = new Channels(meters, shape.folder());
        ChannelOptions options = ChannelOptions.standard()
                .withCapacityBytes(shape.capacityBytes())
                .withWindow(shape.window());
        this.sender = channels.sender(shape.isFollower() ? TO_LEADER : TO_FOLLOWER, options);
        this.receiver = channels.receiver(shape.isFollower() ? TO_FOLLOWER : TO_LEADER, options);
    }

    @Override
    public void send(long number) throws InterruptedException {
        Claim claim = sender.claim(bytes);
        Body.write(claim.segment(), number);
        claim.commit();
    }

    @Override
    public int receive(int limit) throws InterruptedException {
        if (!blocks) {
            return receiver.poll(sum, limit);
        }
        if (!receiver.receive(sum)) {
            throw new IllegalStateException("the other side has left in the middle of a round");
        }
        return 1;
    }

    @Override
    public long sum() {
        return sum.total();
    }

    @Override
    public void close() {
        channels.close();
        meters.close();
    }
}
