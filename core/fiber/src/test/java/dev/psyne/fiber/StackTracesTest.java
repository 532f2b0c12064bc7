package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody looks at the stacks of all fibers while they run, wait and rest: the JDK queues those that are ready twice. */
class StackTracesTest {
    private static final int ROUNDS = 60;
    private static final int JOBS = 200;

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void lookingAtStacksLosesNoJob(FiberProvider provider) throws InterruptedException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                for (Thread thread : seen) {
                    looks.addAndGet(Math.min(1, thread.getStackTrace().length));
                }
                Thread.onSpinWait();
            }
        });
        AtomicInteger ran = new AtomicInteger();
        try (Scheduler scheduler =
                Scheduler.builder().workers(3).fibers(provider).build()) {
            for (int round = 0; round < ROUNDS; round++) {
                Counter counter = Counter.create();
                for (int job = 0; job < JOBS; job++) {
                    scheduler.spawn(counter, () -> {
                        seen.add(Thread.currentThread());
                        Counter inner = Counter.create();
                        scheduler.spawn(inner, ran::incrementAndGet);
                        inner.awaitWithoutHelping();
                        Thread.yield();
                    });
                }
                counter.await();
            }
        } finally {
            done.set(true);
            watcher.join();
        }
        assertEquals(ROUNDS * JOBS, ran.get(), "looked " + looks + " times");
    }
}
