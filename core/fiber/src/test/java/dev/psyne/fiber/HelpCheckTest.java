package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HelpCheckTest {
    @Test
    void aHelpedJobThatNeedsWhatItsHelperHoldsIsToldWithBothStacks() {
        told((scheduler, lock) -> {
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> needs(lock));
            counter.await();
        });
    }

    @Test
    void aForkThatNeedsWhatItsJoinerHoldsIsToldToo() {
        told((scheduler, lock) -> scheduler
                .fork(() -> {
                    needs(lock);
                    return 0;
                })
                .join());
    }

    @Test
    void aJobThatWaitsElsewhereIsNotToldOf() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (Scheduler scheduler = scheduler(told::complete)) {
            Semaphore lock = new Semaphore(0);
            Counter counter = Counter.create();
            scheduler.spawn(counter, () -> needs(lock));
            scheduler.spawn(counter::awaitWithoutHelping);
            assertFalse(counter.await(Duration.ofMillis(300)));
            lock.release();
            counter.await();
        }
        assertFalse(told.isDone());
    }

    @Test
    void patienceMustMakeSense() {
        assertThrows(IllegalArgumentException.class, () -> Scheduler.builder().checkHelping(Duration.ofSeconds(-1)));
    }

    private interface Holder {
        void await(Scheduler scheduler, Semaphore lock);
    }

    private static void told(Holder holder) {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Semaphore lock = new Semaphore(0);
        try (Scheduler scheduler = scheduler(told::complete)) {
            Counter outer = Counter.create();
            scheduler.spawn(outer, () -> holder.await(scheduler, lock));
            Throwable stuck = told.join();
            lock.release();
            outer.await();
            assertEquals(StuckHelpException.class, stuck.getClass());
            assertTrue(mentions(stuck, "needs"), stuck::toString);
            Throwable below = Objects.requireNonNull(stuck.getCause());
            assertTrue(mentions(below, "await") || mentions(below, "join"), stuck::toString);
            assertFalse(mentions(below, "needs"));
        }
    }

    private static boolean mentions(Throwable thrown, String method) {
        return Arrays.stream(thrown.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private static void needs(Semaphore lock) {
        lock.acquireUninterruptibly();
    }

    private static Scheduler scheduler(Consumer<Throwable> told) {
        return Scheduler.builder()
                .workers(1)
                .fibers(FiberProvider.LOOP_FIBERS)
                .checkHelping(Duration.ofMillis(100))
                .uncaughtExceptionHandler((_, thrown) -> told.accept(thrown))
                .build();
    }
}
