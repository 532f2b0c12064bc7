package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.JsonValues;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne call SERVICE.METHOD ARGS…}: calls a service of a running node and prints what it gives. */
@Command(name = "call", description = "Calls a service of a running node.", sortOptions = false)
final class CallCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final JsonMapper json = new JsonMapper();
    private final JsonValues values = new JsonValues(json);

    @Parameters(
            index = "0",
            paramLabel = "SERVICE.METHOD",
            description = "As Vision.models; with --hypha as vision.models or WORKSPACE/CLIENT:SERVICE.METHOD.")
    private String target = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description =
                    "VALUE or NAME=VALUE: JSON, else words; @FILE is a file's bytes, of a tensor a file of numpy.")
    private List<String> arguments = List.of();

    @Mixin
    private ServiceAccess access = new ServiceAccess();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    CallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        GivenArguments given = GivenArguments.of(arguments);
        CallOutput output = new CallOutput(terminal, values, asJson);
        if (access.isHypha()) {
            try (HyphaClient client = access.hypha()) {
                new HyphaCall(json, values, output).make(client, target, given);
            }
        } else {
            try (NodeClient node = access.node()) {
                new SchemaCall(new SchemaJson(json, values), output).make(node.client(), target, given);
            }
        }
        return ExitCode.DONE;
    }
}
