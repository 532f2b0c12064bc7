package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.LoadProgress;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelInfo;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is told of a model: for a person a line each, or one JSON document. */
final class ModelReport {
    private static final long MEGABYTE = 1_000_000;

    private ModelReport() {}

    /** Loads a model, which packs its weights if they are not, and asks what it says of itself. */
    static ModelInfo load(Terminal terminal, ModelEntry entry) {
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model model = Model.load(
                        entry.path(), scheduler, entry.options(), progress -> progress(terminal, progress))) {
            return model.info();
        } finally {
            terminal.passed();
        }
    }

    /** Shows how far a model has been loaded, where a person reads it. */
    static void progress(Terminal terminal, LoadProgress progress) {
        terminal.passing("psyne: loading the model, " + progress.percent() + "% of "
                + Math.ceilDiv(progress.totalBytes(), MEGABYTE) + " MB");
    }

    static void print(Terminal terminal, boolean asJson, ModelEntry entry, ModelInfo info) {
        if (asJson) {
            terminal.out().println(json(entry, info));
            return;
        }
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("name", entry.name());
        lines.put("path", entry.path().toString());
        lines.put("architecture", info.architecture());
        lines.put("parameters", String.format(Locale.ROOT, "%,d", info.parameters()));
        lines.put("files", String.format(Locale.ROOT, "%,d bytes", info.fileBytes()));
        lines.put("licence", info.license().isEmpty() ? "not stated" : info.license());
        lines.put("context", info.contextTokens() + " tokens");
        lines.put(
                "pictures",
                info.takesPictures()
                        ? "yes, " + info.imageSize() + " pixels, at most " + info.questionPictures() + " a question"
                        : "no");
        lines.put("runs with", info.weights());
        lines.put("packed in", entry.cache().toString());
        lines.forEach((what, text) -> terminal.out().printf("%-13s %s%n", what, text));
    }

    private static String json(ModelEntry entry, ModelInfo info) {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        write(root, entry);
        root.put("architecture", info.architecture())
                .put("parameters", info.parameters())
                .put("fileBytes", info.fileBytes())
                .put("license", info.license())
                .put("contextTokens", info.contextTokens())
                .put("takesPictures", info.takesPictures())
                .put("imageSize", info.imageSize())
                .put("questionPictures", info.questionPictures())
                .put("weights", info.weights());
        return json.writeValueAsString(root);
    }

    static void write(ObjectNode target, ModelEntry entry) {
        target.put("name", entry.name())
                .put("path", entry.path().toString())
                .put("precision", entry.precision().name())
                .put("cache", entry.cache().toString());
    }
}
