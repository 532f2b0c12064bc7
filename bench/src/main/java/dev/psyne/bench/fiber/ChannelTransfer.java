package dev.psyne.bench.fiber;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import dev.psyne.telemetry.Meters;
import java.lang.foreign.ValueLayout;

/** As {@link QueueTransfer} with one job on each side, through a channel: each number is a message of eight bytes. */
final class ChannelTransfer implements Iteration {
    private static final String URI = "mem:transfer";
    private static final int BATCH = 64;

    private final Scheduler scheduler;
    private final int items;
    private final Meters meters = Meters.create();
    private final Channels channels = new Channels(meters);
    private final Receiver receiver;
    private final Sender sender;
    private long sum;

    ChannelTransfer(int workers, FiberProvider fibers, int items) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.items = items;
        ChannelOptions options = ChannelOptions.of(Topology.ONE_TO_ONE);
        this.receiver = channels.receiver(URI, options);
        this.sender = channels.sender(URI, options);
    }

    @Override
    public void run() {
        Counter counter = Counter.create();
        scheduler.spawn(counter, this::produce);
        scheduler.spawn(counter, this::consume);
        counter.await();
    }

    private void produce() {
        try {
            for (long item = 0; item < items; item++) {
                Claim claim = sender.claim(Long.BYTES);
                claim.segment().set(ValueLayout.JAVA_LONG, 0, item);
                claim.commit();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("the producer was interrupted", interrupted);
        }
    }

    private void consume() {
        long[] total = new long[1];
        MessageHandler adding = message -> total[0] += message.get(ValueLayout.JAVA_LONG, 0);
        try {
            for (int left = items; left > 0; ) {
                int taken = receiver.poll(adding, Math.min(left, BATCH));
                if (taken == 0) {
                    receiver.receive(adding);
                    taken = 1;
                }
                left -= taken;
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("the consumer was interrupted", interrupted);
        }
        sum = total[0];
    }

    @Override
    public void check() {
        Wrong.unless(sum == (long) items * (items - 1) / 2, "the messages come to " + sum);
        sum = 0;
    }

    @Override
    public void close() {
        channels.close();
        meters.close();
        scheduler.close();
    }
}
