package dev.psyne.proof;

import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Sender;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;

/** The senders of a soak, in this process or as the main of another. */
final class SoakSenders {
    /** One message in so many is claimed, written and aborted first. */
    private static final int ABORTS = 16;

    private final List<Sender> senders = new ArrayList<>();

    SoakSenders(Channels channels, String uri, SoakRing ring) {
        for (int index = 0; index < ring.options().maxSenders(); index++) {
            senders.add(channels.sender(uri, ring.options()));
        }
    }

    /** Sends until the time is over, and answers how many messages. */
    long run(long millis) throws Exception {
        long until = System.nanoTime() + millis * 1_000_000;
        List<FutureTask<Long>> tasks = new ArrayList<>();
        for (int index = 0; index < senders.size(); index++) {
            Sender sender = senders.get(index);
            int number = index;
            FutureTask<Long> task = new FutureTask<>(() -> send(sender, number, until));
            Thread unused = Thread.ofPlatform().daemon().start(task);
            tasks.add(task);
        }
        long sent = 0;
        for (FutureTask<Long> task : tasks) {
            sent += task.get();
        }
        return sent;
    }

    private static long send(Sender sender, int index, long until) throws InterruptedException {
        Random random = new Random(index);
        long number = 0;
        try (sender) {
            int extra = sender.maxMessageBytes() - SoakMessage.MIN_BYTES + 1;
            while (System.nanoTime() < until) {
                int bound = random.nextInt(8) == 0 ? extra : Math.min(extra, 200);
                int bytes = SoakMessage.MIN_BYTES + random.nextInt(bound);
                Claim claim = sender.claim(bytes);
                SoakMessage.write(claim.segment(), index, number);
                if (random.nextInt(ABORTS) == 0) {
                    claim.abort();
                } else {
                    claim.commit();
                    number++;
                }
            }
        }
        return number;
    }

    /** The other process: directory, ring, milliseconds; prints how many it has sent. */
    public static void main(String[] arguments) throws Exception {
        SoakRing ring = SoakRing.valueOf(arguments[1]);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, Path.of(arguments[0]))) {
            long sent = new SoakSenders(channels, "ipc:soak", ring).run(Long.parseLong(arguments[2]));
            System.out.println(sent);
        }
    }
}
