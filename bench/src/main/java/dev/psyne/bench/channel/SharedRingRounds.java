package dev.psyne.bench.channel;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Rounds of a ring in one process: a thread for each producer, and the calling thread as consumer. */
record SharedRingRounds(SharedRing ring, RingShape shape) implements Rounds {
    /** Returns millions of messages per second. */
    @Override
    public double[] round(long count) throws InterruptedException {
        long share = count / shape.producers();
        FutureTask<?>[] producers = new FutureTask<?>[shape.producers()];
        long begin = System.nanoTime();
        for (int producer = 0; producer < producers.length; producer++) {
            producers[producer] = new FutureTask<>(production(producer, share));
            Thread.ofPlatform().name("producer-" + producer).daemon().start(producers[producer]);
        }
        long messages = share * shape.producers();
        long sum = ring.consume(messages);
        long nanos = System.nanoTime() - begin;
        for (FutureTask<?> producer : producers) {
            await(producer);
        }
        if (sum != Body.expectedSum(messages, shape.messageBytes())) {
            throw new IllegalStateException("a message was lost or torn: the words add up to " + sum);
        }
        return new double[] {messages * 1e3 / nanos};
    }

    private Callable<Boolean> production(int producer, long share) {
        return () -> {
            ring.produce(producer, producer * share, share);
            return true;
        };
    }

    private static void await(FutureTask<?> producer) throws InterruptedException {
        try {
            producer.get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a producer failed", failure.getCause());
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
