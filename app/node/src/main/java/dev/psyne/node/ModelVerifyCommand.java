package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.ModelCheck;
import dev.psyne.vlm.ModelCheck.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne model verify}: looks at every byte of a model; the exit code says whether all is well. */
@Command(name = "verify", description = "Checks a model's files, its packed weights and a short answer.")
final class ModelVerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Parameters(index = "0", paramLabel = "NAME|PATH", description = "The model.")
    private String model = "";

    @Option(
            names = "--goldens",
            paramLabel = "DIR",
            description = "Compare every stage with the reference outputs of this directory.")
    private @Nullable Path goldens;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ModelVerifyCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() {
        ModelEntry entry = store.resolve(model);
        List<Finding> findings = new ArrayList<>();
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors())) {
            findings.addAll(ModelCheck.check(entry.path(), scheduler, entry.options()));
            if (goldens != null) {
                findings.addAll(ModelCheck.compare(entry.path(), scheduler, entry.options(), goldens));
            }
        }
        boolean passed = findings.stream().allMatch(Finding::passed);
        if (asJson) {
            terminal.out().println(json(entry, findings, passed));
        } else {
            findings.forEach(finding -> terminal.out()
                    .printf("%-7s %s: %s%n", finding.passed() ? "passed" : "FAILED", finding.what(), finding.detail()));
        }
        return passed ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String json(ModelEntry entry, List<Finding> findings, boolean passed) {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        ModelReport.write(root, entry);
        root.put("passed", passed);
        ArrayNode list = root.putArray("findings");
        findings.forEach(finding -> list.addObject()
                .put("what", finding.what())
                .put("passed", finding.passed())
                .put("detail", finding.detail()));
        return json.writeValueAsString(root);
    }
}
