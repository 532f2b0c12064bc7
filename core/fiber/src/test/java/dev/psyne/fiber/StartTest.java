package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StartTest {
    @Test
    void noWorkerIsStartedBeforeItIsNeeded() {
        try (Scheduler scheduler = Scheduler.builder().workers(32).name("lazy").build()) {
            assertEquals(0, threads("lazy-worker-"));
            scheduler.run(() -> {});
            assertEquals(1, threads("lazy-worker-"));
        }
        assertEquals(0, threads("lazy-worker-"));
    }

    @Test
    void aPrewarmedSchedulerHasAllItsWorkers() {
        try (Scheduler scheduler =
                Scheduler.builder().workers(8).name("warm").prewarmed().build()) {
            assertEquals(8, threads("warm-worker-"));
            scheduler.run(() -> {});
        }
        assertEquals(0, threads("warm-worker-"));
    }

    @Test
    void asManyWorkersAreStartedAsJobsRunAtOnce() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(4);
        try (Scheduler scheduler = Scheduler.create(4)) {
            Counter counter = Counter.create();
            for (int job = 0; job < 4; job++) {
                scheduler.spawn(counter, () -> {
                    all.countDown();
                    while (all.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
            }
            counter.await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPresetRunsAndSleepsAndEnds(Preset preset) {
        try (Scheduler scheduler = Scheduler.builder().workers(2).preset(preset).build()) {
            for (int burst = 0; burst < 100; burst++) {
                Counter counter = Counter.create();
                scheduler.spawn(counter, () -> {});
                counter.await();
            }
        }
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
