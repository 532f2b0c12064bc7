package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader whose message was lost waits for ever: only the limit tells. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkRoleTest {
    private static final int BYTES = 24;
    private static final long COUNT = 1_000;

    /** A link through two queues of sums, which a message's words add up to. */
    private static class QueueLink implements Link {
        private final BlockingQueue<Long> out;
        private final BlockingQueue<Long> in;
        private long sum;

        QueueLink(BlockingQueue<Long> out, BlockingQueue<Long> in) {
            this.out = out;
            this.in = in;
        }

        @Override
        public void send(long number) throws InterruptedException {
            try (Arena arena = Arena.ofConfined()) {
                var body = arena.allocate(BYTES);
                Body.write(body, number);
                out.put(Body.sum(body));
            }
        }

        @Override
        public int receive(int limit) throws InterruptedException {
            sum += in.take();
            return 1;
        }

        @Override
        public long sum() {
            return sum;
        }

        @Override
        public void close() {}
    }

    private final BlockingQueue<Long> there = new ArrayBlockingQueue<>(16);
    private final BlockingQueue<Long> back = new ArrayBlockingQueue<>(16);
    private final Link leader = new QueueLink(there, back);
    private final Link follower = new QueueLink(back, there);

    private static double[] round(Link leader, Link follower, LinkTask task)
            throws InterruptedException, ExecutionException {
        Callable<double[]> follow = () -> task.follower().round(follower, shape(task.follower()), COUNT);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<double[]> answers = other.submit(follow);
            double[] figures = task.leader().round(leader, shape(task.leader()), COUNT);
            assertEquals(0, answers.get().length);
            return figures;
        }
    }

    private static LinkShape shape(LinkRole role) {
        return new LinkShape(role, Path.of("unused"), BYTES, 1 << 10, false, 1);
    }

    @Test
    void aRoundTripHasItsMedianItsHighPercentileAndHalfOfThat() throws Exception {
        LinkTask task = new LinkTask(true, BYTES, 1 << 10, false);
        for (int round = 0; round < 2; round++) {
            double[] figures = round(leader, follower, task);
            assertEquals(3, figures.length);
            assertTrue(figures[0] > 0);
            assertTrue(figures[1] >= figures[0]);
            assertEquals(figures[1] / 2, figures[2]);
        }
    }

    @Test
    void sendingIsMeasuredInBytesUntilTheAnswer() throws Exception {
        double[] figures = round(leader, follower, new LinkTask(false, BYTES, 1 << 10, false));
        assertEquals(1, figures.length);
        assertTrue(figures[0] > 0);
    }

    @Test
    void aLinkThatTearsAMessageIsFoundOutByItsReader() throws InterruptedException {
        Link torn = new QueueLink(back, there) {
            @Override
            public long sum() {
                return super.sum() / 2;
            }
        };
        for (long number = 0; number < 3; number++) {
            leader.send(number);
        }
        assertThrows(IllegalStateException.class, () -> LinkRole.RECEIVE.round(torn, shape(LinkRole.RECEIVE), 3));
    }
}
