package dev.psyne.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne model info}: what a model is, and what this machine runs it with. */
@Command(name = "info", description = "Says what a model is and what this machine runs it with.")
final class ModelInfoCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Parameters(index = "0", paramLabel = "NAME|PATH", description = "The model.")
    private String model = "";

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ModelInfoCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() {
        ModelEntry entry = store.resolve(model);
        ModelReport.print(terminal, asJson, entry, ModelReport.load(terminal, entry));
        return ExitCode.DONE;
    }
}
