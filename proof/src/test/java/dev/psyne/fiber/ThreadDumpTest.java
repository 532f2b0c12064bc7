package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code jcmd Thread.dump_to_file} shows of a scheduler: who waits, and where in its own code. */
@Timeout(60)
class ThreadDumpTest {
    private static final long LOOK_NANOS = 1_000_000;

    private final CountDownLatch gate = new CountDownLatch(1);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void aWaitingJobStandsWhereItWaits(FiberProvider provider) throws IOException {
        try (Scheduler scheduler =
                Scheduler.builder().workers(1).name("dumped").fibers(provider).build()) {
            Counter latched = Counter.create();
            Counter counting = Counter.create();
            scheduler.spawn(latched, this::waitAtTheGate);
            scheduler.spawn(counting, () -> waitForTheOther(latched));
            while (scheduler.statistics().waitingFibers() != 2) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            List<String> threads = dump();
            assertStands(threads, "dumped-fiber-", "ThreadDumpTest.waitAtTheGate");
            assertStands(threads, "dumped-fiber-", "ThreadDumpTest.waitForTheOther");
            assertStands(threads, "dumped-fiber-", "Counter.await");
            if (provider == FiberProvider.LOOP_FIBERS) {
                assertStands(threads, "dumped-worker-0", "Worker.run");
            }
            gate.countDown();
            counting.await();
        }
    }

    private void waitAtTheGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitForTheOther(Counter other) {
        other.await();
    }

    /** A text for each thread: its name, its state, its stack. */
    private List<String> dump() throws IOException {
        Path file = directory.resolve("threads.txt");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        return Stream.of(Files.readString(file).split("\\R\\R")).toList();
    }

    private static void assertStands(List<String> threads, String name, String method) {
        assertTrue(
                threads.stream().anyMatch(thread -> thread.contains("\"" + name) && thread.contains(method)),
                () -> "no thread " + name + " stands in " + method + " in\n" + String.join("\n\n", threads));
    }
}
