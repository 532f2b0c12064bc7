package dev.psyne.node;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/** What {@code psyne stat} shows of the nodes' schedulers: a line for each node, with rates from the second look on. */
final class SchedulerTable {
    private final Map<Long, Line> before = new HashMap<>();
    private long nanosBefore;

    /** A node's scheduler, alive or as the dead left it. */
    record Line(
            long process,
            boolean isAlive,
            long workers,
            long jobs,
            long steals,
            long waits,
            long pins,
            long queued,
            long waiting,
            Optional<String> pinned) {
        static Line of(NodeMeters.Seen node) {
            Map<String, Long> figures = node.figures();
            return new Line(
                    node.process(),
                    node.isAlive(),
                    figures.getOrDefault("psyne_fiber_workers", 0L),
                    figures.getOrDefault("psyne_fiber_jobs_total", 0L),
                    figures.getOrDefault("psyne_fiber_steals_total", 0L),
                    figures.getOrDefault("psyne_fiber_waits_total", 0L),
                    figures.getOrDefault("psyne_fiber_pins_total", 0L),
                    figures.getOrDefault("psyne_fiber_jobs_queued", 0L),
                    figures.getOrDefault("psyne_fiber_fibers_waiting", 0L),
                    node.pinned());
        }
    }

    /** A table for a person; empty if there are no nodes. */
    String text(List<Line> lines, long nanos) {
        StringBuilder out = new StringBuilder();
        if (!lines.isEmpty()) {
            NodeRows.add(
                    out,
                    "node",
                    "workers",
                    "jobs",
                    "jobs/s",
                    "steals",
                    "steals/s",
                    "waits",
                    "pins",
                    "queued",
                    "waiting");
        }
        for (Line line : lines) {
            Line earlier = before.get(line.process());
            NodeRows.add(
                    out,
                    line.process() + (line.isAlive() ? "" : " dead"),
                    Long.toString(line.workers()),
                    Long.toString(line.jobs()),
                    earlier == null ? "-" : NodeRows.rate(line.jobs() - earlier.jobs(), nanos - nanosBefore),
                    Long.toString(line.steals()),
                    earlier == null ? "-" : NodeRows.rate(line.steals() - earlier.steals(), nanos - nanosBefore),
                    Long.toString(line.waits()),
                    Long.toString(line.pins()),
                    Long.toString(line.queued()),
                    Long.toString(line.waiting()));
            line.pinned().ifPresent(pinned -> out.append(pinned.indent(2)));
        }
        before.clear();
        lines.forEach(line -> before.put(line.process(), line));
        nanosBefore = nanos;
        return out.toString();
    }

    static void json(List<Line> lines, ArrayNode list) {
        for (Line line : lines) {
            list.addObject()
                    .put("process", line.process())
                    .put("alive", line.isAlive())
                    .put("workers", line.workers())
                    .put("jobs", line.jobs())
                    .put("steals", line.steals())
                    .put("waits", line.waits())
                    .put("pins", line.pins())
                    .put("queued", line.queued())
                    .put("waiting", line.waiting())
                    .put("pinned", line.pinned().orElse(null));
        }
    }
}
