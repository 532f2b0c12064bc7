package dev.psyne.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The outcome of one area, as a table for a person or as the JSON document that {@code --baseline} reads back.
 *
 * @param area the area measured
 * @param machine processor, cores and JVM
 * @param rows the figures
 */
record Report(String area, String machine, List<Row> rows) {

    String json() {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode().put("area", area).put("machine", machine);
        ArrayNode list = root.putArray("rows");
        for (Row row : rows) {
            list.addObject()
                    .put("name", row.name())
                    .put("unit", row.unit())
                    .put("better", row.better().name().toLowerCase(Locale.ROOT))
                    .put("ours", row.ours())
                    .put("peer", row.peer())
                    .put("value", row.value())
                    .put("ratio", row.ratio())
                    .put("goal", row.goal())
                    .put("holds", row.holds())
                    .put("placement", row.placement());
        }
        return json.writeValueAsString(root);
    }

    static Report parse(String document) {
        JsonNode root = new JsonMapper().readTree(document);
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : root.path("rows")) {
            rows.add(new Row(
                    row.path("name").asString(),
                    row.path("unit").asString(),
                    Row.Better.valueOf(row.path("better").asString().toUpperCase(Locale.ROOT)),
                    row.path("ours").asDouble(),
                    row.path("peer").asString(),
                    row.path("value").asDouble(),
                    row.path("goal").asDouble(),
                    row.path("placement").asString(Row.UNKNOWN_PLACEMENT)));
        }
        return new Report(root.path("area").asString(), root.path("machine").asString(), rows);
    }

    void print(PrintWriter out) {
        out.println(area + " on " + machine);
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "  %-66s %10.3f %-9s %-16s %10.3f  ratio %6.3f  goal %5s  %-7s %s%n",
                    row.name(),
                    row.ours(),
                    row.unit(),
                    row.peer(),
                    row.value(),
                    row.ratio(),
                    row.isStated() ? "-" : String.format(Locale.ROOT, "%.2f", row.goal()),
                    row.verdict(),
                    row.placement());
        }
    }
}
