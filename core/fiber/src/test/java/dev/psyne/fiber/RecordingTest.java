package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a flight recording tells of jobs and workers. */
class RecordingTest {
    private static final List<String> EVENTS =
            List.of("dev.psyne.Job", "dev.psyne.Mount", "dev.psyne.Park", "dev.psyne.Steal", "dev.psyne.Pin");

    @TempDir
    private Path folder;

    private List<RecordedEvent> record(Runnable work) throws IOException {
        try (Recording recording = new Recording()) {
            EVENTS.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            work.run();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void aJobIsRecordedFromItsBeginToItsEnd(FiberProvider provider) throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (Scheduler scheduler = Scheduler.builder().fibers(provider).build()) {
                scheduler.run(new Named());
            }
        });
        List<RecordedEvent> jobs = named(events, "dev.psyne.Job");
        assertEquals(1, jobs.size(), jobs.toString());
        RecordedEvent job = jobs.getFirst();
        assertTrue(job.getLong("fiber") > 0);
        assertFalse(job.getDuration().isNegative());
    }

    @Test
    void aRecordingThatDoesNotAskForJobsHasNone() throws Exception {
        try (Recording recording = new Recording()) {
            recording.start();
            try (Scheduler scheduler = Scheduler.create(2)) {
                scheduler.run(() -> {});
            }
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(List.of(), named(events, "dev.psyne.Job"));
            assertEquals(List.of(), named(events, "dev.psyne.Mount"));
        }
    }

    @Test
    void aRecordedJobTellsItsPriorityAndWhereItWasTakenFrom() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (Scheduler scheduler = loopFibers(1)) {
                Counter critical = Counter.create();
                scheduler.spawn(Priority.CRITICAL, critical, new Named());
                critical.await();
                scheduler.run(() -> {
                    Counter children = Counter.create();
                    scheduler.spawn(children, new Named());
                    children.await();
                });
            }
        });
        List<RecordedEvent> jobs = jobsOf(Named.class, events);
        assertEquals(List.of("CRITICAL", "NORMAL"), strings(jobs, "priority"));
        assertEquals(List.of("SHARED", "HELPED"), strings(jobs, "taken"));
        assertEquals("psyne-worker-0", jobs.getFirst().getThread().getJavaName());
    }

    @Test
    void aJobThatWaitsIsCarriedAnew() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (Scheduler scheduler = loopFibers(1)) {
                CountDownLatch asleep = new CountDownLatch(1);
                Counter waits = Counter.create();
                scheduler.spawn(waits, new Waiting(asleep));
                scheduler.run(asleep::countDown);
                waits.await();
            }
        });
        RecordedEvent job = jobsOf(Waiting.class, events).getFirst();
        List<RecordedEvent> mounts = named(events, "dev.psyne.Mount").stream()
                .filter(mount -> mount.getLong("fiber") == job.getLong("fiber"))
                .filter(mount -> mount.getEndTime().isAfter(job.getStartTime()))
                .filter(mount -> mount.getStartTime().isBefore(job.getEndTime()))
                .toList();
        assertTrue(mounts.size() >= 2, events.toString());
        assertEquals("psyne-worker-0", mounts.getFirst().getThread().getJavaName());
        assertFalse(named(events, "dev.psyne.Park").isEmpty());
    }

    @Test
    void aStealNamesThiefAndVictim() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (Scheduler scheduler = loopFibers(2)) {
                scheduler.run(() -> {
                    CountDownLatch stolen = new CountDownLatch(1);
                    scheduler.spawn(stolen::countDown);
                    // Holds its worker, so the other one must come.
                    while (stolen.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
            }
        });
        RecordedEvent steal = named(events, "dev.psyne.Steal").getFirst();
        assertEquals(
                List.of("psyne-worker-0", "psyne-worker-1"),
                Stream.of("worker", "victim")
                        .map(field -> steal.getThread(field).getJavaName())
                        .sorted()
                        .toList());
        assertTrue(strings(named(events, "dev.psyne.Job"), "taken").contains("STOLEN"));
    }

    @Test
    void aPinTellsTheStackThatHoldsTheWorker() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (Scheduler scheduler = loopFibers(1)) {
                Counter counter = Counter.create();
                CountDownLatch seen = new CountDownLatch(1);
                scheduler.spawn(counter, () -> PinnedWait.run(() -> SchedulerTest.await(seen)));
                Eventually.holds(() -> scheduler.lastPinned().isPresent());
                seen.countDown();
                counter.await();
            }
        });
        RecordedEvent pin = named(events, "dev.psyne.Pin").getFirst();
        assertTrue(pin.getString("stack").contains("PinnedWait.runBody"), pin.toString());
        assertTrue(pin.getThread("worker").getJavaName().contains("-worker-"), pin.toString());
    }

    private static Scheduler loopFibers(int workers) {
        return Scheduler.builder()
                .workers(workers)
                .fibers(FiberProvider.LOOP_FIBERS)
                .build();
    }

    private static List<String> strings(List<RecordedEvent> events, String field) {
        return events.stream().map(event -> event.getString(field)).toList();
    }

    private static List<RecordedEvent> jobsOf(Class<?> type, List<RecordedEvent> events) {
        return named(events, "dev.psyne.Job").stream()
                .filter(event -> event.getClass("job").getName().equals(type.getName()))
                .toList();
    }

    private record Named() implements Runnable {
        @Override
        public void run() {}
    }

    private record Waiting(CountDownLatch latch) implements Runnable {
        @Override
        public void run() {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
