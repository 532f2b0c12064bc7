package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Receiver;
import dev.psyne.telemetry.Meters;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Our channels between processes while nothing is sent: on each a virtual thread waits for a message. A round lasts its
 * count in milliseconds, and its figure is the processor time of this process meanwhile, in percent of a core.
 */
final class IdleChannels implements Rounds {
    private static final Duration LONGEST_START = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final long CAPACITY_BYTES = 1 << 12;
    private static final double PERCENT = 100;

    private final Meters meters = Meters.create();
    private final Channels channels;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<Thread> waiting = new ArrayList<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(this::waitingThread);

    IdleChannels(int open, Path folder) throws InterruptedException {
        this.channels = new Channels(meters, folder);
        ChannelOptions options = ChannelOptions.standard().withCapacityBytes(CAPACITY_BYTES);
        for (int number = 0; number < open; number++) {
            String uri = "ipc:idle-" + number;
            Receiver receiver = channels.receiver(uri, options);
            channels.sender(uri, options);
            receivers.add(receiver);
            threads.execute(() -> await(receiver));
        }
        awaitRest();
    }

    private Thread waitingThread(Runnable task) {
        Thread thread = Thread.ofVirtual().unstarted(task);
        waiting.add(thread);
        return thread;
    }

    private static void await(Receiver receiver) {
        try {
            receiver.receive(message -> {
                throw new IllegalStateException("a message on an idle channel");
            });
        } catch (ChannelClosedException | InterruptedException end) {
            // The bench is over.
        }
    }

    private void awaitRest() throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the receivers do not wait within " + LONGEST_START.toSeconds() + " s of being opened");
            }
            Thread.sleep(LOOK);
        }
    }

    @Override
    public double[] round(long millis) throws InterruptedException {
        long begin = System.nanoTime();
        long used = processorNanos();
        Thread.sleep(millis);
        return new double[] {PERCENT * (processorNanos() - used) / (System.nanoTime() - begin)};
    }

    private static long processorNanos() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            return system.getProcessCpuTime();
        }
        throw new IllegalStateException("this JVM does not tell its processor time");
    }

    /** Closes only when everybody has stopped waiting. */
    @Override
    public void close() {
        receivers.forEach(Receiver::close);
        threads.close();
        channels.close();
        meters.close();
    }
}
