package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reader whose message was lost waits for ever: only the limit tells. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PsyneLinkTest {
    private static final int CAPACITY_BYTES = 1 << 14;
    private static final long COUNT = 500;

    private static LinkRounds rounds(LinkRole role, SharedFolder folder, LinkTask task) {
        LinkShape shape = new LinkShape(
                role, folder.path(), task.messageBytes(), task.capacityBytes(), task.blocks(), task.window());
        return new LinkRounds(new PsyneLink(shape), shape);
    }

    @ParameterizedTest
    @CsvSource({"true, 8, false", "true, 4096, false", "true, 8, true", "false, 1024, false", "false, 1024, true"})
    void everyMessageArrivesWholeRoundAfterRound(boolean isRoundTrip, int bytes, boolean blocks) throws Exception {
        LinkTask task = new LinkTask(isRoundTrip, bytes, CAPACITY_BYTES, blocks);
        try (SharedFolder folder = SharedFolder.create();
                LinkRounds follower = rounds(task.follower(), folder, task);
                LinkRounds leader = rounds(task.leader(), folder, task);
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < 2; round++) {
                Future<double[]> answers = other.submit(() -> follower.round(COUNT));
                assertTrue(leader.round(COUNT)[0] > 0);
                assertEquals(0, answers.get().length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mem, 1", "mem, 250", "ipc, 1", "ipc, 250"})
    void manyChannelsCarryEveryMessage(String scheme, int open) throws Exception {
        RingShape shape = new RingShape(1, 64, CAPACITY_BYTES);
        try (SharedFolder folder = SharedFolder.create();
                SharedRingRounds rounds =
                        new SharedRingRounds(new PsyneChannels(scheme, open, shape, folder.path()), shape)) {
            assertTrue(rounds.round(10_000)[0] > 0);
            assertTrue(rounds.round(10_000)[1] > 0);
        }
    }

    @Test
    void idleChannelsTellTheirShareOfACoreAndLeaveNoRing() throws Exception {
        try (SharedFolder folder = SharedFolder.create()) {
            try (IdleChannels idle = new IdleChannels(20, folder.path())) {
                assertTrue(idle.round(1)[0] >= 0);
            }
            try (var left = Files.list(folder.path())) {
                assertTrue(left.noneMatch(file -> file.toString().contains("idle-")));
            }
        }
    }
}
