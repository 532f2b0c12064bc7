package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Many of our channels open in one process, each with a sender and a receiver, of which at most {@value #MOST_ACTIVE},
 * spread evenly over all, are in use: one thread sends to them in turn, a few messages each, and one polls them in turn.
 */
final class PsyneChannels implements SharedRing {
    static final int MOST_ACTIVE = 100;

    private static final int TURN = 8;

    private final RingShape shape;
    private final Meters meters = Meters.create();
    private final Channels channels;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Receiver> receivers = new ArrayList<>();

    /**
     * Opens them.
     *
     * @param scheme {@code mem} or {@code ipc}
     * @param open how many
     * @param shape of each of them
     * @param folder where rings between processes are made
     */
    PsyneChannels(String scheme, int open, RingShape shape, Path folder) {
        this.shape = shape;
        this.channels = new Channels(meters, folder);
        ChannelOptions options = ChannelOptions.standard().withCapacityBytes(shape.capacityBytes());
        int step = Math.max(1, open / MOST_ACTIVE);
        for (int number = 0; number < open; number++) {
            // Instances of one name share its meters.
            String uri = scheme.equals("mem") ? "mem:bench/" + number : scheme + ":bench-" + number;
            Receiver receiver = channels.receiver(uri, options);
            Sender sender = channels.sender(uri, options);
            if (number % step == 0 && senders.size() < MOST_ACTIVE) {
                senders.add(sender);
                receivers.add(receiver);
            }
        }
    }

    @Override
    public void produce(int producer, long first, long messages) throws InterruptedException {
        int bytes = shape.messageBytes();
        long end = first + messages;
        long number = first;
        while (true) {
            for (Sender sender : senders) {
                for (int i = 0; i < TURN; i++) {
                    if (number == end) {
                        return;
                    }
                    Claim claim = sender.claim(bytes);
                    Body.write(claim.segment(), number++);
                    claim.commit();
                }
            }
        }
    }

    @Override
    public long consume(long messages) {
        Idle idle = shape.idle();
        MessageSum sum = new MessageSum();
        long left = messages;
        while (left > 0) {
            long before = left;
            for (Receiver receiver : receivers) {
                left -= receiver.poll(sum, (int) Math.min(left, TURN));
            }
            if (left == before) {
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
