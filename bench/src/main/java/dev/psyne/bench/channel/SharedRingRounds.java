package dev.psyne.bench.channel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Rounds of a ring in one process: a thread for each producer, the same in every round, and the calling thread as
 * consumer. A producer that fails does so in its thread's handler of uncaught exceptions.
 */
final class SharedRingRounds implements Rounds {
    private final SharedRing ring;
    private final RingShape shape;
    private final ExecutorService producers;

    SharedRingRounds(SharedRing ring, RingShape shape) {
        this.ring = ring;
        this.shape = shape;
        this.producers = Executors.newFixedThreadPool(
                shape.producers(),
                Thread.ofPlatform().name("producer-", 0).daemon().factory());
    }

    /** Returns millions of messages, and gigabytes, per second. */
    @Override
    public double[] round(long count) {
        long share = count / shape.producers();
        long messages = share * shape.producers();
        long begin = System.nanoTime();
        for (int producer = 0; producer < shape.producers(); producer++) {
            int number = producer;
            producers.execute(() -> produce(number, share));
        }
        long sum = ring.consume(messages);
        long nanos = System.nanoTime() - begin;
        if (sum != Body.expectedSum(messages, shape.messageBytes())) {
            throw new IllegalStateException("a message was lost or torn: the words add up to " + sum + " instead of "
                    + Body.expectedSum(messages, shape.messageBytes()));
        }
        return new double[] {messages * 1e3 / nanos, (double) messages * shape.messageBytes() / nanos};
    }

    private void produce(int producer, long share) {
        try {
            ring.produce(producer, producer * share, share);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("a producer was interrupted in a round", interrupted);
        }
    }

    @Override
    public void close() {
        producers.close();
        ring.close();
    }
}
