package dev.psyne.node;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne model list}. */
@Command(name = "list", description = "Lists the models that have names.")
final class ModelListCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ModelListCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() {
        List<ModelEntry> entries = store.list();
        if (asJson) {
            JsonMapper json = new JsonMapper();
            ObjectNode root = json.createObjectNode();
            ArrayNode models = root.putArray("models");
            entries.forEach(entry -> {
                ObjectNode model = models.addObject();
                ModelReport.write(model, entry);
                model.put("isThere", Files.exists(entry.path()));
            });
            terminal.out().println(json.writeValueAsString(root));
            return ExitCode.DONE;
        }
        if (entries.isEmpty()) {
            terminal.out().println("no models; give one a name with 'psyne model add DIR'");
        }
        for (ModelEntry entry : entries) {
            String precision = entry.precision().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String gone = Files.exists(entry.path()) ? "" : "  (is not there any more)";
            terminal.out().printf("%-24s %-10s %s%s%n", entry.name(), precision, entry.path(), gone);
        }
        return ExitCode.DONE;
    }
}
