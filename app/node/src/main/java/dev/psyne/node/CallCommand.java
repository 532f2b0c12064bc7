package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne call SERVICE.METHOD ARGS…}: calls a service of a running node and prints what it gives. */
@Command(name = "call", description = "Calls a service of a running node.", sortOptions = false)
final class CallCommand implements Callable<Integer> {
    /** The largest file that is given as an argument. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    private final Terminal terminal;
    private final JsonMapper json = new JsonMapper();
    private final JsonValues values = new JsonValues(json);

    @Parameters(
            index = "0",
            paramLabel = "SERVICE.METHOD",
            description = "As vision.models, or WORKSPACE/CLIENT:SERVICE.METHOD.")
    private String target = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description = "VALUE or NAME=VALUE: JSON, else words; @FILE is a file's bytes.")
    private List<String> arguments = List.of();

    @Mixin
    private HyphaAccess access = new HyphaAccess();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    CallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int dot = target.indexOf('.', Math.max(target.indexOf('/'), target.indexOf(':')) + 1);
        if (dot <= 0 || dot == target.length() - 1) {
            throw new IllegalArgumentException("'" + target + "' is no SERVICE.METHOD, such as vision.models");
        }
        List<@Nullable Object> positions = new ArrayList<>();
        Map<String, @Nullable Object> names = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0 && argument.substring(0, equals).matches("[A-Za-z_]\\w*")) {
                names.put(argument.substring(0, equals), value(argument.substring(equals + 1)));
            } else {
                positions.add(value(argument));
            }
        }
        try (HyphaClient client = access.connect()) {
            RemoteMethod method = client.service(target.substring(0, dot)).method(target.substring(dot + 1));
            print(await(method, positions, names));
        }
        return ExitCode.DONE;
    }

    private static @Nullable Object await(RemoteMethod method, List<?> positions, Map<String, ?> names)
            throws InterruptedException {
        try {
            return method.call(positions, names).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof HyphaException told
                    ? told
                    : new HyphaException(failed.getMessage(), failed);
        }
    }

    private @Nullable Object value(String text) throws IOException {
        if (text.startsWith("@")) {
            return file(Path.of(text.substring(1)));
        }
        try {
            return text.isBlank() ? text : values.read(json.readTree(text));
        } catch (JacksonException words) {
            // What is no JSON is what it says.
            return text;
        }
    }

    private static byte[] file(Path path) throws IOException {
        long bytes = Files.size(path);
        if (bytes > MAX_FILE_BYTES) {
            throw new IllegalArgumentException(
                    path + " has " + bytes + " bytes; an argument may have at most " + MAX_FILE_BYTES);
        }
        return Files.readAllBytes(path);
    }

    private void print(@Nullable Object result) {
        if (!(result instanceof RemoteStream elements)) {
            terminal.out().println(asJson ? values.write(result).toString() : words(result));
        } else if (asJson) {
            terminal.out().println(values.write(values.collect(elements)));
        } else {
            try (elements) {
                while (elements.hasNext() && !terminal.out().checkError()) {
                    printElement(elements.next());
                }
            }
            terminal.out().println();
        }
        terminal.out().flush();
    }

    /** Words of a stream go on where the last ended; all else has a line of its own. */
    private void printElement(@Nullable Object element) {
        if (element instanceof String) {
            terminal.out().print(element);
        } else {
            terminal.out().println(words(element));
        }
        terminal.out().flush();
    }

    private String words(@Nullable Object value) {
        return value instanceof String text ? text : values.write(value).toString();
    }
}
