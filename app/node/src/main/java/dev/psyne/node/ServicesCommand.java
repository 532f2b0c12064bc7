package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.JsonValues;
import dev.psyne.rpc.DescribedMethod;
import dev.psyne.rpc.DescribedService;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne services [NAME]}: the services of a running node that a caller sees, or the schema of one. */
@Command(name = "services", description = "Lists the services of a running node.", sortOptions = false)
final class ServicesCommand implements Callable<Integer> {
    private static final int ID_WIDTH = 40;
    private static final String PUBLIC = "public";

    private final Terminal terminal;
    private final JsonValues values = new JsonValues(new JsonMapper());

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "A service, to print its schema; with --hypha a workspace (" + PUBLIC + ").")
    private @Nullable String name;

    @Mixin
    private ServiceAccess access = new ServiceAccess();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ServicesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (access.isHypha()) {
            ofWorkspace(name == null ? PUBLIC : name);
        } else {
            try (NodeClient node = access.node()) {
                ofNode(node.client());
            }
        }
        terminal.out().flush();
        return ExitCode.DONE;
    }

    private void ofNode(RpcClient client) {
        List<DescribedService> services = name == null
                ? client.services().stream()
                        .flatMap(each -> described(client, each).stream())
                        .toList()
                : List.of(client.described(name));
        if (asJson) {
            terminal.out()
                    .println(values.write(
                            services.stream().map(ServicesCommand::fields).toList()));
        } else if (name == null) {
            services.forEach(this::print);
        } else {
            terminal.out().print(services.getFirst().schema().orElseGet(() -> "// without a schema\n"));
        }
    }

    /** Nothing if it has gone since it was listed. */
    private static Optional<DescribedService> described(RpcClient client, String name) {
        try {
            return Optional.of(client.described(name));
        } catch (RpcException gone) {
            if (gone.code().equals("not_found")) {
                return Optional.empty();
            }
            throw gone;
        }
    }

    private static Map<String, @Nullable Object> fields(DescribedService service) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", service.name());
        fields.put(
                "methods",
                service.methods().stream()
                        .map(method -> service.schema().isPresent() ? method.toString() : method.name())
                        .toList());
        fields.put("schema", service.schema().orElse(null));
        return fields;
    }

    private void print(DescribedService service) {
        print(
                service.name(),
                service.methods().stream().map(DescribedMethod::name).collect(Collectors.joining(" ")));
    }

    private void ofWorkspace(String workspace) {
        try (HyphaClient client = access.hypha()) {
            Object services = client.manager("list_services", List.of(workspace), Map.of());
            if (asJson) {
                terminal.out().println(values.write(services));
            } else if (services instanceof List<?> list) {
                list.forEach(this::printHyphas);
            }
        }
    }

    private void printHyphas(@Nullable Object service) {
        if (service instanceof Map<?, ?> fields) {
            Object schema = fields.get("service_schema");
            String methods = schema instanceof Map<?, ?> map
                    ? map.keySet().stream().map(String::valueOf).collect(Collectors.joining(" "))
                    : "";
            print(String.valueOf(fields.get("id")), methods);
        }
    }

    private void print(String id, String methods) {
        terminal.out()
                .println(("%-" + ID_WIDTH + "s  %s").formatted(id, methods).stripTrailing());
    }
}
