package dev.psyne.proof;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.psyne.fiber.Scheduler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Waits for a soak, and tells where everybody stands when nothing has moved for a minute. */
final class SoakWatch {
    private static final int PATIENCE_SECONDS = 60;

    private final Scheduler scheduler;
    private final LongAdder progress;

    /** A watch over a scheduler whose jobs count in {@code progress}. */
    SoakWatch(Scheduler scheduler, LongAdder progress) {
        this.scheduler = scheduler;
        this.progress = progress;
    }

    /** Runs the soak on a thread of its own until it returns or throws. */
    void run(String name, Runnable soak) throws Exception {
        FutureTask<Void> task = new FutureTask<>(soak, null);
        Thread _ = Thread.ofPlatform().daemon().name(name).start(task);
        long seen = -1;
        int still = 0;
        while (still < PATIENCE_SECONDS) {
            try {
                task.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException goesOn) {
                long now = progress.sum();
                still = now == seen ? still + 1 : 0;
                seen = now;
            } catch (ExecutionException failed) {
                throw new AssertionError(name + " failed after " + progress.sum() + ": " + scheduler.statistics(), failed);
            }
        }
        throw new AssertionError(name + " stands still at " + seen + " with " + scheduler.statistics()
                + "; its threads are in " + dump(name));
    }

    private static Path dump(String name) throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "soak").toAbsolutePath());
        Path file = directory.resolve(name + "-" + System.nanoTime() + ".txt");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        return file;
    }
}
