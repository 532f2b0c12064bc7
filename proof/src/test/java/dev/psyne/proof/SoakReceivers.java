package dev.psyne.proof;

import dev.psyne.channel.Channels;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Receiver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The receivers of a soak: each message whole, and each sender's in order. */
final class SoakReceivers {
    private static final long PATIENCE_SECONDS = 600;

    private final List<FutureTask<Figures>> tasks = new ArrayList<>();

    /** What came. */
    record Figures(long messages, long lost) {}

    SoakReceivers(Channels channels, String uri, SoakRing ring) {
        for (int index = 0; index < ring.options().maxReceivers(); index++) {
            Receiver receiver = channels.receiver(uri, ring.options());
            FutureTask<Figures> task = new FutureTask<>(() -> receive(receiver, ring));
            tasks.add(task);
            Thread unused = Thread.ofPlatform().daemon().start(task);
        }
    }

    /** All figures, once the senders have left. */
    Figures await() throws Exception {
        long messages = 0;
        long lost = 0;
        for (FutureTask<Figures> task : tasks) {
            Figures figures = task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            messages += figures.messages;
            lost += figures.lost;
        }
        return new Figures(messages, lost);
    }

    private static Figures receive(Receiver receiver, SoakRing ring) throws InterruptedException {
        Check check = new Check(ring);
        try (receiver) {
            while (receiver.receive(check)) {
                int _ = receiver.poll(check, 10);
            }
        }
        return new Figures(check.messages, check.lost);
    }

    private static final class Check implements MessageHandler {
        private final long[] last;
        private long messages;
        private long lost;

        Check(SoakRing ring) {
            last = new long[ring.options().maxSenders()];
            Arrays.fill(last, -1);
        }

        @Override
        public void onMessage(MemorySegment message) {
            long number = SoakMessage.check(message);
            int sender = SoakMessage.sender(message);
            if (number <= last[sender]) {
                throw new AssertionError("message " + number + " of sender " + sender + " after " + last[sender]);
            }
            last[sender] = number;
            messages++;
        }

        @Override
        public void onRedelivered(MemorySegment message) {
            throw new AssertionError("nobody died, and message " + SoakMessage.check(message) + " comes again");
        }

        @Override
        public void onLost(long count) {
            lost += count;
        }
    }
}
