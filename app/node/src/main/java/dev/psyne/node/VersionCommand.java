package dev.psyne.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne version}. */
@Command(name = "version", description = "Prints the version of Psyne and of the JVM it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String java = Runtime.version().toString();
        if (asJson) {
            JsonMapper json = new JsonMapper();
            terminal.out()
                    .println(json.writeValueAsString(json.createObjectNode()
                            .put("psyne", Version.current())
                            .put("java", java)));
        } else {
            terminal.out().println("psyne " + Version.current() + " (java " + java + ")");
        }
        return ExitCode.DONE;
    }
}
