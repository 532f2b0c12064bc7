package dev.psyne.node;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.ChannelStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code psyne stat} shows: a line for each node's scheduler, its models and for each channel, with rates from the second look on. */
final class ChannelTable {
    private static final Pattern METER = Pattern.compile("psyne_channel_(\\w+)\\{channel=\"([^\"]+)\"(.*)}");
    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<String, Line> before = new HashMap<>();
    private final SchedulerTable schedulers = new SchedulerTable();
    private final ModelTable models = new ModelTable();
    private long nanosBefore;

    /** One look at a directory. */
    record Look(List<SchedulerTable.Line> schedulers, List<ModelTable.Line> models, List<Line> lines, long nanos) {
        static Look at(ChannelDirectory directory) throws IOException {
            List<SchedulerTable.Line> schedulers = new ArrayList<>();
            List<ModelTable.Line> models = new ArrayList<>();
            List<Line> lines = new ArrayList<>();
            directory.channels().forEach(channel -> lines.add(Line.of(channel)));
            for (NodeMeters.Seen node : NodeMeters.all(directory.path())) {
                schedulers.add(SchedulerTable.Line.of(node));
                ModelTable.Line.of(node).ifPresent(models::add);
                lines.addAll(Line.of(node));
            }
            return new Look(schedulers, models, lines, System.nanoTime());
        }
    }

    /** A channel's figures; -1 for what is not known from outside. */
    record Line(
            String channel,
            String processes,
            long received,
            long bytes,
            long depth,
            long highWater,
            long capacity,
            long senderWaits,
            long receiverWaits,
            long lost) {
        static Line of(ChannelStatistics channel) {
            return new Line(
                    "ipc:" + channel.name(),
                    members(channel),
                    channel.received(),
                    channel.receivedBytes(),
                    channel.depthBytes(),
                    channel.highWaterBytes(),
                    channel.capacityBytes(),
                    channel.senderWaits(),
                    channel.receiverWaits(),
                    channel.lost());
        }

        private static String members(ChannelStatistics channel) {
            return channel.participants().stream()
                    .map(member ->
                            (member.isSender() ? ">" : "<") + member.process() + (member.isAlive() ? "" : " dead"))
                    .collect(Collectors.joining(" "));
        }

        static List<Line> of(NodeMeters.Seen node) {
            Map<String, Map<String, Long>> channels = new TreeMap<>();
            node.figures().forEach((series, value) -> {
                Matcher meter = METER.matcher(series);
                if (meter.matches()) {
                    channels.computeIfAbsent(meter.group(2), _ -> new HashMap<>())
                            .put(meter.group(1) + meter.group(3), value);
                }
            });
            String process = node.process() + (node.isAlive() ? "" : " dead");
            List<Line> lines = new ArrayList<>();
            channels.forEach((channel, figures) -> lines.add(of(channel, process, figures)));
            return lines;
        }

        private static Line of(String channel, String process, Map<String, Long> figures) {
            return new Line(
                    channel,
                    process,
                    figures.getOrDefault("messages_total", 0L),
                    figures.getOrDefault("bytes_total", 0L),
                    -1,
                    figures.getOrDefault("high_water_bytes", -1L),
                    -1,
                    figures.getOrDefault("waits_total,side=\"sender\"", 0L),
                    figures.getOrDefault("waits_total,side=\"receiver\"", 0L),
                    figures.getOrDefault("lost_total", 0L));
        }

        String key() {
            return channel + " " + processes;
        }
    }

    /** A table for a person. */
    String text(Look look) {
        StringBuilder out = new StringBuilder(schedulers.text(look.schedulers(), look.nanos()));
        out.append(models.text(look.models(), look.nanos()));
        row(out, "channel", "messages", "per s", "MB/s", "depth", "high", "capacity", "stalls", "waits", "lost", "who");
        for (Line line : look.lines()) {
            row(
                    out,
                    line.channel(),
                    Long.toString(line.received()),
                    rate(line, look, Line::received, 1),
                    rate(line, look, Line::bytes, 1e6),
                    known(line.depth()),
                    known(line.highWater()),
                    known(line.capacity()),
                    Long.toString(line.senderWaits()),
                    Long.toString(line.receiverWaits()),
                    Long.toString(line.lost()),
                    line.processes());
        }
        if (look.lines().isEmpty()) {
            out.append("no channels\n");
        }
        remember(look);
        return out.toString();
    }

    private static void row(StringBuilder out, String channel, String... cells) {
        out.append(String.format(Locale.ROOT, "%-24s", channel));
        for (int cell = 0; cell < cells.length - 1; cell++) {
            out.append(String.format(Locale.ROOT, " %11s", cells[cell]));
        }
        out.append("  ").append(cells[cells.length - 1]).append('\n');
    }

    private static String known(long figure) {
        return figure < 0 ? "-" : Long.toString(figure);
    }

    private String rate(Line line, Look look, ToLongFunction<Line> figure, double unit) {
        Line earlier = before.get(line.key());
        if (earlier == null) {
            return "-";
        }
        double seconds = (look.nanos() - nanosBefore) / NANOS_PER_SECOND;
        double rate = (figure.applyAsLong(line) - figure.applyAsLong(earlier)) / seconds / unit;
        return String.format(Locale.ROOT, unit == 1 ? "%.0f" : "%.2f", rate);
    }

    private void remember(Look look) {
        before.clear();
        look.lines().forEach(line -> before.put(line.key(), line));
        nanosBefore = look.nanos();
    }

    /** One JSON document. */
    String json(Look look) {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        SchedulerTable.json(look.schedulers(), root.putArray("schedulers"));
        ModelTable.json(look.models(), root.putArray("models"));
        ArrayNode list = root.putArray("channels");
        for (Line line : look.lines()) {
            list.addObject()
                    .put("channel", line.channel())
                    .put("processes", line.processes())
                    .put("messages", line.received())
                    .put("bytes", line.bytes())
                    .put("depthBytes", line.depth())
                    .put("highWaterBytes", line.highWater())
                    .put("capacityBytes", line.capacity())
                    .put("senderWaits", line.senderWaits())
                    .put("receiverWaits", line.receiverWaits())
                    .put("lost", line.lost());
        }
        return json.writeValueAsString(root);
    }
}
