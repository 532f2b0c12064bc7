package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
@EnabledOnOs(OS.LINUX)
class KernelThreadTest {
    @Test
    void aThreadThatWaitsIsBlockedAndOneThatRunsIsNot() throws InterruptedException {
        KernelThread here = KernelThread.current().orElseThrow();
        assertFalse(here.isBlocked());
        SynchronousQueue<Optional<KernelThread>> told = new SynchronousQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                told.put(KernelThread.current());
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        KernelThread there = told.take().orElseThrow();
        assertNotEquals(here, there);
        while (!there.isBlocked()) {
            Thread.onSpinWait();
        }
        end.countDown();
        waiting.join();
        assertFalse(there.isBlocked());
    }
}
