package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.SchedulerStatistics;
import dev.psyne.fiber.WorkerStatistics;
import dev.psyne.net.ServerStatistics;
import dev.psyne.platform.Machine;
import dev.psyne.telemetry.Meters;
import dev.psyne.vlm.ModelFigures;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The node's figures: read for the page's live strip, and copied into the meters. */
final class NodeFigures {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Meters meters;
    private final Scheduler scheduler;
    private final Vision vision;
    private final HyphaFigures hypha;
    private final Supplier<ServerStatistics> http;
    private final long startNanos = System.nanoTime();

    NodeFigures(Meters meters, Scheduler scheduler, Vision vision, HyphaPort hypha, Supplier<ServerStatistics> http) {
        this.meters = meters;
        this.scheduler = scheduler;
        this.vision = vision;
        this.hypha = new HyphaFigures(meters, hypha);
        this.http = http;
    }

    /** What the page's strip shows. */
    NodeState state() {
        SchedulerStatistics jobs = scheduler.statistics();
        ModelFigures now = vision.models().figures();
        Map<String, String> states = new LinkedHashMap<>();
        Map<String, Long> loading = new LinkedHashMap<>();
        for (ServedModels.Seen model : vision.models().seen()) {
            String name = model.source().name();
            states.put(name, model.state().name().toLowerCase(Locale.ROOT));
            if (model.state() == ServedModel.State.LOADING) {
                loading.put(name, (long) model.progress().percent());
            }
        }
        return new NodeState(
                jobs.workers(),
                jobs.jobsRun(),
                jobs.queuedJobs(),
                jobs.waitingFibers(),
                jobs.steals(),
                hypha.clients(),
                vision.slots().busy(),
                sum("psyne_channel_messages_total"),
                vision.tokens(),
                now.active(),
                (long) now.waiting() + vision.slots().waiting(),
                now.pages(),
                now.pagesMost(),
                now.promptTokens(),
                now.cachedTokens(),
                states,
                loading,
                Machine.residentBytes(),
                (System.nanoTime() - startNanos) / NANOS_PER_MILLI);
    }

    /** The Prometheus text of every meter, brought up to date. */
    String prometheus() {
        update();
        return meters.prometheus();
    }

    /** Brings the meters up to date. */
    void update() {
        SchedulerStatistics jobs = scheduler.statistics();
        gauge("psyne_fiber_workers", "Worker threads of the scheduler.", jobs.workers());
        counter("psyne_fiber_jobs_total", "Jobs run.", jobs.jobsRun());
        counter("psyne_fiber_steals_total", "Jobs taken from another worker.", jobs.steals());
        counter("psyne_fiber_waits_total", "Waits that gave a worker away.", jobs.waits());
        counter("psyne_fiber_pins_total", "Waits that held their worker.", pins());
        gauge("psyne_fiber_jobs_queued", "Jobs waiting for a worker.", jobs.queuedJobs());
        gauge("psyne_fiber_fibers_waiting", "Fibers parked in a wait.", jobs.waitingFibers());
        ServerStatistics requests = http.get();
        counter("psyne_http_requests_total", "HTTP requests accepted.", requests.requests());
        counter("psyne_http_rejected_total", "HTTP requests refused for load.", requests.rejected());
        gauge("psyne_http_connections", "Open connections.", requests.openConnections());
        gauge("psyne_websockets", "Open WebSocket connections.", requests.openWebSockets());
        counter("psyne_vision_generations_total", "Answers started.", vision.generations());
        counter("psyne_vision_tokens_total", "Tokens chosen.", vision.tokens());
        gauge("psyne_vision_busy", "Answers being generated.", vision.slots().busy());
        gauge(
                "psyne_vision_waiting",
                "Questions waiting for a slot.",
                vision.slots().waiting());
        hypha.update();
        updateModels();
        gauge("psyne_resident_bytes", "Resident memory of the node.", Machine.residentBytes());
    }

    private void updateModels() {
        ModelFigures now = vision.models().figures();
        gauge("psyne_model_batch", "Answers computed together.", now.active());
        gauge("psyne_model_waiting", "Questions waiting for their turn in a batch.", now.waiting());
        gauge("psyne_model_pages", "Pages of keys and values in use.", now.pages());
        gauge("psyne_model_pages_most", "Pages of keys and values there may be.", now.pagesMost());
        counter("psyne_model_steps_total", "Steps of the decoders.", now.steps());
        counter("psyne_model_prompt_tokens_total", "Tokens of questions computed.", now.promptTokens());
        counter("psyne_model_cached_tokens_total", "Tokens of questions known from earlier ones.", now.cachedTokens());
        counter("psyne_model_tokens_total", "Tokens chosen by the models.", now.tokens());
        for (ServedModels.Seen model : vision.models().seen()) {
            Map<String, String> label = Map.of("model", model.source().name());
            meters.gauge("psyne_model_ready", "Whether a model is loaded.", label)
                    .set(model.state() == ServedModel.State.READY ? 1 : 0);
        }
    }

    private long pins() {
        return scheduler.workerStatistics().stream()
                .mapToLong(WorkerStatistics::pins)
                .sum();
    }

    private long sum(String family) {
        return meters.snapshot().entrySet().stream()
                .filter(meter -> meter.getKey().startsWith(family))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void counter(String name, String help, long value) {
        meters.counter(name, help).set(value);
    }

    private void gauge(String name, String help, long value) {
        meters.gauge(name, help).set(value);
    }
}
