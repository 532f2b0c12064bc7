package dev.psyne.bench.channel;

import dev.psyne.bench.LatencyHistogram;
import java.util.Locale;

/** What one side does in a round of messages between processes. The roles are those of {@code ring.c}. */
enum LinkRole {
    /** Sends a message, waits for the answer, and times both, less the pause before the answer. */
    PING {
        @Override
        double[] round(Link link, LinkShape shape, long count) throws InterruptedException {
            HISTOGRAM.clear();
            long sum = link.sum();
            for (long number = 0; number < count; number++) {
                pause(shape);
                long begin = System.nanoTime();
                link.send(number);
                receiveOne(link);
                HISTOGRAM.record(System.nanoTime() - begin - shape.pauseNanos());
            }
            check(link.sum() - sum, shape.messageBytes(), count);
            double high = HISTOGRAM.percentile(0.99);
            return new double[] {HISTOGRAM.percentile(0.5), high, high / 2};
        }
    },

    /** Answers each message with one of the same size. */
    PONG {
        @Override
        double[] round(Link link, LinkShape shape, long count) throws InterruptedException {
            long sum = link.sum();
            for (long number = 0; number < count; number++) {
                receiveOne(link);
                pause(shape);
                link.send(number);
            }
            check(link.sum() - sum, shape.messageBytes(), count);
            return NOTHING;
        }
    },

    /** Sends all messages and waits for one answer. */
    SEND {
        @Override
        double[] round(Link link, LinkShape shape, long count) throws InterruptedException {
            long begin = System.nanoTime();
            for (long number = 0; number < count; number++) {
                link.send(number);
            }
            receiveOne(link);
            return new double[] {(double) count * shape.messageBytes() / (System.nanoTime() - begin)};
        }
    },

    /** Reads all messages and answers once. */
    RECEIVE {
        @Override
        double[] round(Link link, LinkShape shape, long count) throws InterruptedException {
            long sum = link.sum();
            for (long left = count; left > 0; ) {
                int taken = link.receive((int) Math.min(left, BATCH));
                left -= taken;
                if (taken == 0) {
                    Thread.onSpinWait();
                }
            }
            link.send(0);
            check(link.sum() - sum, shape.messageBytes(), count);
            return NOTHING;
        }
    };

    private static final int BATCH = 64;
    private static final double[] NOTHING = {};
    private static final LatencyHistogram HISTOGRAM = new LatencyHistogram();

    /**
     * Runs this side of a round.
     *
     * @return of {@link #PING} the median, the 99th percentile and half of it in nanoseconds, of {@link #SEND} gigabytes
     *     per second, else nothing
     */
    abstract double[] round(Link link, LinkShape shape, long count) throws InterruptedException;

    /** The role's name on the command line of {@code ring.c}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static void pause(LinkShape shape) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < shape.pauseNanos()) {
            Thread.onSpinWait();
        }
    }

    private static void receiveOne(Link link) throws InterruptedException {
        while (link.receive(1) == 0) {
            Thread.onSpinWait();
        }
    }

    private static void check(long sum, int bytes, long count) {
        if (sum != Body.expectedSum(count, bytes)) {
            throw new IllegalStateException("a message was lost or torn: the words add up to " + sum + " instead of "
                    + Body.expectedSum(count, bytes));
        }
    }
}
