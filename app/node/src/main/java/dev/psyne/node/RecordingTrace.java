package dev.psyne.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.EventStream;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/**
 * Turns a flight recording into a Perfetto trace: a track for each worker with its mounts, in them the jobs, between them its
 * parks, and on it its steals and pins; counters of what is queued. The recording is read one chunk after another, so
 * memory does not grow with it.
 */
final class RecordingTrace {
    private static final Pattern FRAME = Pattern.compile("(?:[^(]*/)?([^(/]+)\\(([^:)]*)(?::(\\d{1,9}))?\\)");

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Jobs of virtual threads of the JDK that are drawn beside each other; further ones are left out. */
    private static final int LANES = 256;

    private static final Pattern HIDDEN = Pattern.compile("(\\$\\$Lambda)?[/+].*$|\\$\\$Lambda.*$");

    private final PerfettoTrace trace;
    private final Map<Long, Long> workers = new HashMap<>();
    private final Map<Long, Long> queues = new HashMap<>();
    private final Map<Long, Long> queued = new HashMap<>();
    private final Map<Long, FiberTimeline> fibers = new HashMap<>();
    private final List<Long> lanes = new ArrayList<>();
    private final List<Long> laneEnds = new ArrayList<>();
    private long begunJobsTrack;
    private long begunJobs = -1;
    private long flow;
    private long events;
    private long leftOut;

    private RecordingTrace(PerfettoTrace trace) {
        this.trace = trace;
    }

    /**
     * What was written.
     *
     * @param events of the recording that are in the trace
     * @param leftOut jobs for which there was no room beside the others
     */
    record Written(long events, long leftOut) {}

    /**
     * Writes the trace of a recording.
     *
     * @throws IOException if one file cannot be read or the other not be written; also if the first is no recording
     */
    static Written write(Path recording, OutputStream out) throws IOException {
        if (!Files.exists(recording)) {
            throw new NoSuchFileException(recording.toString());
        }
        RecordingTrace conversion = new RecordingTrace(new PerfettoTrace(out, processOf(recording), "psyne"));
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try (EventStream events = EventStream.openFile(recording)) {
            conversion.on(events, "dev.psyne.Mount", conversion::mount);
            conversion.on(events, "dev.psyne.Job", conversion::job);
            conversion.on(events, "dev.psyne.Park", conversion::park);
            conversion.on(events, "dev.psyne.Steal", conversion::steal);
            conversion.on(events, "dev.psyne.Pin", conversion::pin);
            conversion.on(events, "jdk.VirtualThreadPinned", conversion::pinElsewhere);
            events.onError(thrown -> {
                failure.compareAndSet(null, thrown);
                events.close();
            });
            events.start();
        }
        switch (failure.get()) {
            case null -> {}
            case UncheckedIOException thrown -> throw thrown.getCause();
            case Throwable thrown ->
                throw new IOException("the recording " + recording + " is broken: " + thrown, thrown);
        }
        for (FiberTimeline fiber : conversion.fibers.values()) {
            fiber.close(conversion::piece);
        }
        return new Written(conversion.events, conversion.leftOut);
    }

    private interface Drawing {
        void draw(RecordedEvent event) throws IOException;
    }

    private void on(EventStream stream, String name, Drawing drawing) {
        Consumer<RecordedEvent> action = event -> {
            try {
                drawing.draw(event);
                events++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        stream.onEvent(name, action);
    }

    /** The recorded process's number; 1 if the recording does not tell it. */
    private static long processOf(Path recording) throws IOException {
        AtomicLong process = new AtomicLong(1);
        try (EventStream events = EventStream.openFile(recording)) {
            events.onEvent("jdk.JVMInformation", event -> {
                process.set(event.getLong("pid"));
                events.close();
            });
            events.start();
        } catch (IOException e) {
            throw new IOException(recording + " is no flight recording: " + e.getMessage(), e);
        }
        return process.get();
    }

    private void mount(RecordedEvent event) throws IOException {
        long track = worker(event.getThread());
        FiberTimeline.Mount mount =
                new FiberTimeline.Mount(nanos(event.getStartTime()), nanos(event.getEndTime()), track);
        long fiber = event.getLong("fiber");
        trace.begin(track, "mount").note("fiber", fiber).at(mount.begin());
        trace.end(track).at(mount.end());
        int begun = event.getInt("begunJobs");
        if (begun != begunJobs) {
            begunJobsTrack = begunJobsTrack == 0 ? trace.counter("begun jobs") : begunJobsTrack;
            begunJobs = begun;
            trace.value(begunJobsTrack, begun).at(mount.begin());
        }
        timeline(fiber).add(mount, this::piece);
    }

    private void job(RecordedEvent event) throws IOException {
        String taken = event.getString("taken");
        long begin = nanos(event.getStartTime());
        long end = nanos(event.getEndTime());
        Optional<Long> lane = taken == null ? lane(begin, end) : Optional.of(worker(event.getThread()));
        if (lane.isEmpty()) {
            leftOut++;
            return;
        }
        FiberTimeline.Job job = new FiberTimeline.Job(
                begin,
                end,
                lane.get(),
                name(event.getClass("job")),
                orEmpty(event.getString("priority")),
                orEmpty(taken),
                event.getLong("fiber"),
                "HELPED".equals(taken));
        if (taken == null) {
            piece(job, job.track(), begin, end, true, true);
        } else {
            queued(event.getThread(), begin, event.getInt("queued"));
            timeline(job.fiber()).add(job, this::piece);
        }
    }

    private void piece(FiberTimeline.Job job, long track, long begin, long end, boolean first, boolean only)
            throws IOException {
        trace.begin(track, job.name()).note("fiber", job.fiber());
        if (first) {
            flow++;
            if (!job.taken().isEmpty()) {
                trace.note("priority", job.priority()).note("taken", job.taken());
            }
        }
        if (!only) {
            trace.flow(flow);
        }
        trace.at(begin);
        trace.end(track).at(end);
    }

    private void queued(RecordedThread worker, long nanos, long jobs) throws IOException {
        long key = worker.getJavaThreadId();
        Long before = queued.put(key, jobs);
        if (before == null || before != jobs) {
            Long track = queues.get(key);
            if (track == null) {
                track = trace.counter("queued at " + worker.getJavaName());
                queues.put(key, track);
            }
            trace.value(track, jobs).at(nanos);
        }
    }

    private void park(RecordedEvent event) throws IOException {
        long track = worker(event.getThread());
        trace.begin(track, "park").at(nanos(event.getStartTime()));
        trace.end(track).at(nanos(event.getEndTime()));
    }

    private void steal(RecordedEvent event) throws IOException {
        RecordedThread victim = event.getThread("victim");
        trace.instant(worker(event.getThread("worker")), "steal")
                .note("from", victim == null ? "a worker that has ended" : victim.getJavaName())
                .note("what", event.getBoolean("fiber") ? "fiber" : "job")
                .at(nanos(event.getStartTime()));
    }

    private void pin(RecordedEvent event) throws IOException {
        List<PerfettoTrace.Frame> frames = orEmpty(event.getString("stack"))
                .lines()
                .map(RecordingTrace::frame)
                .toList();
        stack(trace.instant(worker(event.getThread("worker")), "pin").note("fiber", event.getLong("fiber")), frames)
                .at(nanos(event.getStartTime()));
    }

    /** A virtual thread of the JDK's scheduler that held its carrier; those on our workers have been told of. */
    private void pinElsewhere(RecordedEvent event) throws IOException {
        RecordedThread carrier = event.hasField("carrierThread") ? event.getThread("carrierThread") : null;
        RecordedStackTrace stack = event.getStackTrace();
        if (stack != null && (carrier == null || !workers.containsKey(carrier.getJavaThreadId()))) {
            List<PerfettoTrace.Frame> frames =
                    stack.getFrames().stream().map(RecordingTrace::frame).toList();
            stack(trace.instant(trace.processTrack(), "pin"), frames).at(nanos(event.getStartTime()));
        }
    }

    /** Of a line as {@link StackTraceElement#toString} writes it. */
    private static PerfettoTrace.Frame frame(String line) {
        Matcher parts = FRAME.matcher(line);
        if (!parts.matches()) {
            return new PerfettoTrace.Frame(line, "", 0);
        }
        int number = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return new PerfettoTrace.Frame(parts.group(1), parts.group(2), number);
    }

    private static PerfettoTrace.Frame frame(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return new PerfettoTrace.Frame(
                type + "." + frame.getMethod().getName(),
                type.replaceAll("\\$.*", "") + ".java",
                frame.getLineNumber());
    }

    private static PerfettoTrace stack(PerfettoTrace event, List<PerfettoTrace.Frame> frames) {
        // Readers from before 2026 know no call stacks of events, so it stands in a note too.
        event.note(
                "stack",
                frames.stream()
                        .map(frame -> frame.function() + ":" + frame.line())
                        .collect(Collectors.joining("\n")));
        return event.stack(frames.reversed());
    }

    private long worker(@Nullable RecordedThread thread) throws IOException {
        if (thread == null) {
            return trace.processTrack();
        }
        Long track = workers.get(thread.getJavaThreadId());
        if (track == null) {
            track = trace.thread(thread.getOSThreadId(), orEmpty(thread.getJavaName()));
            workers.put(thread.getJavaThreadId(), track);
        }
        return track;
    }

    /** A track on which nothing overlaps a job that is told in the order of ends. */
    private Optional<Long> lane(long begin, long end) throws IOException {
        int free = 0;
        while (free < lanes.size() && laneEnds.get(free) > begin) {
            free++;
        }
        if (free == LANES) {
            return Optional.empty();
        }
        if (free == lanes.size()) {
            lanes.add(trace.track("jobs " + free));
            laneEnds.add(end);
        }
        laneEnds.set(free, end);
        return Optional.of(lanes.get(free));
    }

    private FiberTimeline timeline(long fiber) {
        return fibers.computeIfAbsent(fiber, _ -> new FiberTimeline());
    }

    private static String name(@Nullable RecordedClass type) {
        return type == null ? "job" : visibleName(type.getName());
    }

    /** {@code Node lambda} for a lambda of {@code dev.psyne.node.Node}. */
    static String visibleName(String type) {
        String visible = HIDDEN.matcher(type).replaceFirst("");
        String simple = visible.substring(visible.lastIndexOf('.') + 1).replace('$', '.');
        return type.contains("$$Lambda") ? simple + " lambda" : simple;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
    }
}
