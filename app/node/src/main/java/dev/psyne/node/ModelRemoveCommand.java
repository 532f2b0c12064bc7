package dev.psyne.node;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne model remove}: forgets a name and what was packed; the model's own files stay. */
@Command(name = "remove", description = "Forgets a name and the packed weights; the model's files stay.")
final class ModelRemoveCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ModelRemoveCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws IOException {
        int files = store.remove(name);
        if (asJson) {
            terminal.out()
                    .println(new JsonMapper()
                            .createObjectNode()
                            .put("removed", name)
                            .put("packedFiles", files)
                            .toString());
        } else {
            terminal.out().println("removed " + name + " and " + files + " packed files; the model's own files stay");
        }
        return ExitCode.DONE;
    }
}
