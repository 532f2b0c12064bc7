package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DependencyTest {
    @ParameterizedTest
    @EnumSource
    void aJobBeginsWhenWhatItNeedsHasEnded(FiberProvider provider) {
        AtomicInteger early = new AtomicInteger();
        try (Scheduler scheduler = scheduler(provider)) {
            for (int round = 0; round < 500; round++) {
                Counter before = Counter.create();
                Counter after = Counter.create();
                AtomicInteger first = new AtomicInteger();
                for (int job = 0; job < 4; job++) {
                    scheduler.spawn(before, first::incrementAndGet);
                }
                scheduler.spawnAfter(before, after, () -> early.addAndGet(4 - first.get()));
                after.await();
            }
        }
        assertEquals(0, early.get());
    }

    @ParameterizedTest
    @EnumSource
    void aChainRunsInItsOrder(FiberProvider provider) {
        StringBuilder order = new StringBuilder();
        try (Scheduler scheduler = scheduler(provider)) {
            Counter previous = Counter.create();
            for (int link = 0; link < 10; link++) {
                Counter next = Counter.create();
                int number = link;
                scheduler.spawnAfter(previous, next, () -> order.append(number));
                previous = next;
            }
            previous.await();
        }
        assertEquals("0123456789", order.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aFailureGoesOnToWhatNeededIt(FiberProvider provider) {
        IllegalStateException thrown = new IllegalStateException("no input");
        AtomicBoolean ran = new AtomicBoolean();
        try (Scheduler scheduler = scheduler(provider)) {
            Counter before = Counter.create();
            Counter after = Counter.create();
            scheduler.spawn(before, () -> {
                throw thrown;
            });
            scheduler.spawnAfter(before, after, () -> ran.set(true));
            assertSame(
                    thrown, assertThrows(JobFailedException.class, after::await).getCause());
            assertFalse(ran.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aJobThatWouldWaitForItselfIsRefused(FiberProvider provider) {
        try (Scheduler scheduler = scheduler(provider)) {
            Counter counter = Counter.create();
            assertThrows(IllegalArgumentException.class, () -> scheduler.spawnAfter(counter, counter, () -> {}));
            assertTrue(counter.value() == 0);
        }
    }

    private static Scheduler scheduler(FiberProvider provider) {
        return Scheduler.builder().workers(2).fibers(provider).build();
    }
}
