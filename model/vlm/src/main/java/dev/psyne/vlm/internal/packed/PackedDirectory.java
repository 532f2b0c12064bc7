package dev.psyne.vlm.internal.packed;

import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightScales;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a file of packed layers says of itself.
 *
 * @param rules how the layers were packed; other rules make other layers of the same files
 * @param precision that was asked for
 * @param sources the files it was made from
 * @param entries the layers by name
 */
record PackedDirectory(
        int rules, WeightPrecision precision, List<SourceFile> sources, Map<String, PackedDirectory.Entry> entries) {
    /** How layers are packed at present. */
    static final int RULES = 1;

    private static final int MAX_RULES = 1 << 20;

    /** A layer and where it begins. */
    record Entry(LinearLayout layout, long offset) {}

    byte[] toJson() {
        ObjectNode root = new JsonMapper().createObjectNode();
        root.put("rules", rules).put("precision", precision.name());
        ArrayNode files = root.putArray("sources");
        for (SourceFile source : sources) {
            ObjectNode file = files.addObject().put("file", source.name());
            file.putArray("bytesAndModified").add(source.bytes()).add(source.modifiedMillis());
            file.put("beginning", source.beginning());
        }
        ArrayNode layers = root.putArray("layers");
        entries.forEach((name, entry) -> {
            LinearLayout layout = entry.layout();
            ObjectNode layer = layers.addObject().put("name", name);
            layer.put("type", layout.type().name())
                    .put("scales", layout.scales().name());
            layer.put("outputs", layout.outputs()).put("inputs", layout.inputs());
            layer.putArray("place").add(entry.offset()).add(layout.bytes());
        });
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a directory; a layer that is not in the {@code content} bytes behind the header is refused. */
    static PackedDirectory parse(Path file, byte[] json, long contentEnd) {
        JsonFields root = JsonFields.parse(file, json);
        int rules = root.integer("rules", 0, MAX_RULES);
        WeightPrecision precision = choice(root, "precision", WeightPrecision.values());
        List<SourceFile> sources = new ArrayList<>();
        for (JsonFields source : root.children("sources", SourceFile.MAX_FILES)) {
            long[] sizes = source.longPair("bytesAndModified");
            sources.add(new SourceFile(source.text("file"), sizes[0], sizes[1], source.text("beginning")));
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (JsonFields layer : root.children("layers", PackedLayout.MAX_LAYERS)) {
            String name = layer.text("name");
            if (entries.put(name, entry(layer, contentEnd)) != null) {
                throw layer.refuse("name", name + " again", "each layer once");
            }
        }
        return new PackedDirectory(rules, precision, List.copyOf(sources), entries);
    }

    private static Entry entry(JsonFields layer, long contentEnd) {
        WeightType type = choice(layer, "type", WeightType.values());
        WeightScales scales = choice(layer, "scales", WeightScales.values());
        int outputs = layer.integer("outputs", 1, LinearLayout.MAX_SIZE);
        int inputs = layer.integer("inputs", 1, LinearLayout.MAX_SIZE);
        LinearLayout layout;
        try {
            layout = new LinearLayout(type, scales, outputs, inputs);
        } catch (IllegalArgumentException e) {
            throw layer.refuse("scales", scales.name(), String.valueOf(e.getMessage()));
        }
        long[] place = layer.longPair("place");
        boolean isInside = place[0] >= PackedLayout.HEADER_BYTES
                && place[0] % PackedLayout.ALIGNMENT_BYTES == 0
                && place[0] <= contentEnd
                && place[1] <= contentEnd - place[0];
        if (!isInside || place[1] != layout.bytes()) {
            throw layer.refuse(
                    "place",
                    place[1] + " bytes at " + place[0],
                    layout.bytes() + " bytes at a multiple of " + PackedLayout.ALIGNMENT_BYTES + " before "
                            + contentEnd);
        }
        return new Entry(layout, place[0]);
    }

    private static <E extends Enum<E>> E choice(JsonFields fields, String key, E[] values) {
        String text = fields.text(key);
        for (E value : values) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        throw fields.refuse(key, text, "one of " + List.of(values));
    }
}
