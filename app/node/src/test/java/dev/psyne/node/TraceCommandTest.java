package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TraceCommandTest {
    private static final long PAUSE_NANOS = 1_000_000;
    private static final List<String> EVENTS =
            List.of("dev.psyne.Job", "dev.psyne.Mount", "dev.psyne.Park", "dev.psyne.Steal", "dev.psyne.Pin");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int psyne(String... arguments) {
        return Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), arguments);
    }

    private Path recordingOf(Runnable work) throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return file;
    }

    private ReadTrace traceOf(Path recording) throws IOException {
        Path trace = folder.resolve("trace.pftrace");
        assertEquals(ExitCode.DONE, psyne("trace", "--from", recording.toString(), trace.toString()), err.toString());
        return ReadTrace.of(trace);
    }

    @Test
    void aJobThatWaitedLiesInTheMountsThatCarriedIt() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        ReadTrace trace = traceOf(recordingOf(() -> {
            try (Scheduler scheduler = Scheduler.create(1)) {
                Counter counter = Counter.create();
                scheduler.spawn(counter, new Waiting(goOn));
                scheduler.run(goOn::countDown);
                counter.await();
            }
        }));
        List<ReadTrace.Slice> pieces = trace.named("TraceCommandTest.Waiting");
        assertTrue(pieces.size() >= 2, pieces.toString());
        assertTrue(pieces.stream().allMatch(piece -> piece.around().equals("mount")), pieces.toString());
        assertEquals(1, pieces.stream().map(ReadTrace.Slice::flows).distinct().count(), "one arrow through all pieces");
        assertEquals(1, pieces.getFirst().flows().size());
        assertFalse(trace.named("park").isEmpty());
        assertTrue(trace.open.values().stream().allMatch(count -> count == 0), trace.open.toString());
        String worker = Objects.requireNonNull(
                        trace.tracks.get(pieces.getFirst().track()))
                .getThread()
                .getThreadName();
        assertEquals("psyne-worker-0", worker);
    }

    @Test
    void aHelpedJobLiesInTheJobThatHelped() throws Exception {
        ReadTrace trace = traceOf(recordingOf(() -> {
            try (Scheduler scheduler = Scheduler.create(1)) {
                scheduler.run(() -> {
                    Counter counter = Counter.create();
                    scheduler.spawn(counter, new Spinning());
                    counter.await();
                });
            }
        }));
        ReadTrace.Slice helped = trace.named("TraceCommandTest.Spinning").getFirst();
        assertFalse(helped.around().isEmpty() || helped.around().equals("mount"), helped.toString());
    }

    @Test
    void stealsAndPinsAreInstantsAndAPinHasItsStack() throws Exception {
        ReadTrace trace = traceOf(recordingOf(() -> {
            try (Scheduler scheduler = Scheduler.create(2)) {
                scheduler.run(() -> {
                    CountDownLatch stolen = new CountDownLatch(1);
                    scheduler.spawn(stolen::countDown);
                    while (stolen.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
                Pin pin = new Pin();
                pin.worker = Thread.currentThread();
                pin.fiber = 7;
                pin.stack =
                        "dev.psyne.Example.<clinit>(Example.java:12)\njava.base/java.lang.Thread.run(Thread.java:1474)";
                pin.commit();
            }
        }));
        ReadTrace.Instant steal = instant(trace, "steal");
        assertTrue(String.valueOf(steal.notes().get("from")).startsWith("psyne-worker-"), steal.toString());
        assertEquals("job", steal.notes().get("what"));
        ReadTrace.Instant pin = instant(trace, "pin");
        assertEquals("7", pin.notes().get("fiber"));
        assertTrue(String.valueOf(pin.notes().get("stack")).contains("dev.psyne.Example.<clinit>"), pin.toString());
        var frames = pin.event().getCallstack().getFramesList();
        assertTrue(frames.getLast().getFunctionName().contains("<clinit>"), "the innermost is last");
    }

    private static ReadTrace.Instant instant(ReadTrace trace, String name) {
        return trace.instants.stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(FiberProvider.class)
    void everyJobIsInTheTrace(FiberProvider provider) throws Exception {
        int jobs = 5000;
        ReadTrace trace = traceOf(recordingOf(() -> {
            try (Scheduler scheduler = Scheduler.builder().fibers(provider).build()) {
                Counter counter = Counter.create();
                for (int i = 0; i < jobs; i++) {
                    scheduler.spawn(counter, new Spinning());
                }
                counter.await();
            }
        }));
        assertEquals(jobs, trace.named("TraceCommandTest.Spinning").size());
        assertTrue(trace.open.values().stream().allMatch(count -> count == 0), trace.open.toString());
    }

    @Test
    void aRunningProcessIsRecorded() throws Exception {
        AtomicBoolean traced = new AtomicBoolean();
        Path file = folder.resolve("live.pftrace");
        try (Scheduler scheduler = Scheduler.create(1)) {
            Counter running = Counter.create();
            scheduler.spawn(running, () -> {
                while (!traced.get()) {
                    Counter one = Counter.create();
                    scheduler.spawn(one, new Spinning());
                    one.await();
                    // A busier one would fill this test's heap with what it has recorded.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            });
            String own = Long.toString(ProcessHandle.current().pid());
            int code = psyne("trace", "--pid", own, "--seconds", "1", "--shortest", "0", file.toString());
            traced.set(true);
            running.await();
            assertEquals(ExitCode.DONE, code, err.toString());
        }
        ReadTrace trace = ReadTrace.of(file);
        assertFalse(trace.named("TraceCommandTest.Spinning").isEmpty());
        assertTrue(trace.tracks.values().stream()
                .anyMatch(track ->
                        track.getProcess().getPid() == ProcessHandle.current().pid()));
    }

    @Test
    void whatCannotBeTracedIsSaidInOneSentence() throws Exception {
        Path file = folder.resolve("trace.pftrace");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refused("no node is running", "--directory", empty.toString(), file.toString());
        refused("cannot be recorded", "--pid", "999999999", file.toString());
        Path text = Files.writeString(folder.resolve("note.txt"), "hello");
        refused("note.txt", "--from", text.toString(), file.toString());
        refused("no file", "--from", folder.resolve("gone.jfr").toString(), file.toString());
        refused("dev.psyne.*", "--from", recordingOf(() -> {}).toString(), file.toString());
        refused("cannot be written", "--from", text.toString(), empty.toString());
        refused(
                "cannot be written",
                "--from",
                text.toString(),
                folder.resolve("gone/trace").toString());
        refused("--seconds", "--seconds", "0", file.toString());
        assertFalse(Files.exists(file));
        try (var left = Files.list(folder)) {
            assertTrue(left.noneMatch(path -> path.toString().endsWith(".part")));
        }
    }

    @Test
    void oneOfSeveralNodesMustBeNamed() {
        assertEquals(7, TraceCommand.only(List.of(7L)));
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> TraceCommand.only(List.of(7L, 8L)))
                        .getMessage());
        assertTrue(message.contains("--pid: 7, 8"), message);
    }

    private void refused(String said, String... arguments) {
        err.getBuffer().setLength(0);
        String[] all = new String[arguments.length + 1];
        all[0] = "trace";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertFalse(psyne(all) == ExitCode.DONE, said);
        assertTrue(err.toString().contains(said), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void lambdasAreNamedByTheClassTheyStandIn() {
        assertEquals("Node lambda", RecordingTrace.visibleName("dev.psyne.node.Node$$Lambda/0x00007f.12"));
        assertEquals("Node.Inner", RecordingTrace.visibleName("dev.psyne.node.Node$Inner"));
        assertEquals("Job", RecordingTrace.visibleName("Job"));
    }

    private record Spinning() implements Runnable {
        @Override
        public void run() {
            Thread.onSpinWait();
        }
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

    /** What a fiber tells that holds its worker. */
    @Name("dev.psyne.Pin")
    private static final class Pin extends Event {
        @Nullable
        Thread worker;

        long fiber;

        @Nullable
        String stack;
    }
}
