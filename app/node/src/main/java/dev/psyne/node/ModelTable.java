package dev.psyne.node;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/** What {@code psyne stat} shows of the nodes' models: a line for each node that has some, with rates from the second look on. */
final class ModelTable {
    private static final String PREFIX = "psyne_model_";

    private final Map<Long, Line> before = new HashMap<>();
    private long nanosBefore;

    /** What a node's models do together, or did. */
    record Line(
            long process,
            boolean isAlive,
            long batch,
            long waiting,
            long pages,
            long pagesMost,
            long steps,
            long promptTokens,
            long cachedTokens,
            long tokens) {
        /** Nothing of a process that has no models. */
        static Optional<Line> of(NodeMeters.Seen node) {
            Map<String, Long> figures = node.figures();
            if (!figures.containsKey(PREFIX + "batch")) {
                return Optional.empty();
            }
            return Optional.of(new Line(
                    node.process(),
                    node.isAlive(),
                    figures.getOrDefault(PREFIX + "batch", 0L),
                    figures.getOrDefault(PREFIX + "waiting", 0L),
                    figures.getOrDefault(PREFIX + "pages", 0L),
                    figures.getOrDefault(PREFIX + "pages_most", 0L),
                    figures.getOrDefault(PREFIX + "steps_total", 0L),
                    figures.getOrDefault(PREFIX + "prompt_tokens_total", 0L),
                    figures.getOrDefault(PREFIX + "cached_tokens_total", 0L),
                    figures.getOrDefault(PREFIX + "tokens_total", 0L)));
        }
    }

    /** A table for a person; empty if no node has models. */
    String text(List<Line> lines, long nanos) {
        StringBuilder out = new StringBuilder();
        if (!lines.isEmpty()) {
            NodeRows.add(
                    out,
                    "models of",
                    "batch",
                    "waiting",
                    "pages",
                    "most",
                    "steps",
                    "asked",
                    "known",
                    "tokens",
                    "per s");
        }
        for (Line line : lines) {
            Line earlier = before.get(line.process());
            NodeRows.add(
                    out,
                    line.process() + (line.isAlive() ? "" : " dead"),
                    Long.toString(line.batch()),
                    Long.toString(line.waiting()),
                    Long.toString(line.pages()),
                    Long.toString(line.pagesMost()),
                    Long.toString(line.steps()),
                    Long.toString(line.promptTokens()),
                    Long.toString(line.cachedTokens()),
                    Long.toString(line.tokens()),
                    earlier == null ? "-" : NodeRows.rate(line.tokens() - earlier.tokens(), nanos - nanosBefore));
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
                    .put("batch", line.batch())
                    .put("waiting", line.waiting())
                    .put("pages", line.pages())
                    .put("pagesMost", line.pagesMost())
                    .put("steps", line.steps())
                    .put("promptTokens", line.promptTokens())
                    .put("cachedTokens", line.cachedTokens())
                    .put("tokens", line.tokens());
        }
    }
}
