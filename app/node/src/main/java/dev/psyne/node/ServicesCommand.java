package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.JsonValues;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne services [WORKSPACE]}: the services of a running node that a caller sees. */
@Command(name = "services", description = "Lists the services of a running node.", sortOptions = false)
final class ServicesCommand implements Callable<Integer> {
    private static final int ID_WIDTH = 40;

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "WORKSPACE",
            defaultValue = "public",
            description = "Whose (${DEFAULT-VALUE}).")
    private String where = "public";

    @Mixin
    private HyphaAccess access = new HyphaAccess();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ServicesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (HyphaClient client = access.connect()) {
            Object services = client.manager("list_services", List.of(where), Map.of());
            if (asJson) {
                terminal.out().println(new JsonValues(new JsonMapper()).write(services));
            } else if (services instanceof List<?> list) {
                list.forEach(this::print);
            }
            terminal.out().flush();
        }
        return ExitCode.DONE;
    }

    private void print(@Nullable Object service) {
        if (service instanceof Map<?, ?> fields) {
            Object schema = fields.get("service_schema");
            String methods = schema instanceof Map<?, ?> map ? String.join(" ", names(map)) : "";
            terminal.out()
                    .println(("%-" + ID_WIDTH + "s  %s")
                            .formatted(fields.get("id"), methods)
                            .stripTrailing());
        }
    }

    private static List<String> names(Map<?, ?> members) {
        return members.keySet().stream().map(String::valueOf).toList();
    }
}
