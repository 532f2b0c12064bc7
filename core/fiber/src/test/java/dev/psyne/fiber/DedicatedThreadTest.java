package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DedicatedThreadTest {
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> ran = new LinkedBlockingQueue<>();

    @Test
    void aThreadOfEitherKindRunsItsTaskOnceItIsStarted() throws InterruptedException {
        Thread platform = DedicatedThread.platform("a", () -> ran.add(Thread.currentThread()), failures::add);
        Thread virtual = DedicatedThread.virtual("b", () -> ran.add(Thread.currentThread()), failures::add);
        assertTrue(platform.isDaemon());
        assertFalse(platform.isVirtual());
        assertTrue(virtual.isVirtual());
        assertTrue(ran.isEmpty());
        platform.start();
        assertEquals(platform, ran.take());
        virtual.start();
        assertEquals(virtual, ran.take());
    }

    @Test
    void whatItThrowsIsTold() throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("as asked");
        DedicatedThread.platform(
                        "a",
                        () -> {
                            throw thrown;
                        },
                        failures::add)
                .start();
        assertEquals(thrown, failures.take());
    }
}
