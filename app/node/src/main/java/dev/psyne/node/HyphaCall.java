package dev.psyne.node;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A call of the command line by hypha-rpc's protocol: an argument is JSON if it can be read as that, else words. */
record HyphaCall(JsonMapper json, JsonValues values, CallOutput output) {
    void make(HyphaClient client, String target, GivenArguments given) throws IOException, InterruptedException {
        int dot = target.indexOf('.', Math.max(target.indexOf('/'), target.indexOf(':')) + 1);
        if (dot <= 0 || dot == target.length() - 1) {
            throw new IllegalArgumentException("'" + target + "' is no SERVICE.METHOD, such as vision.models");
        }
        List<@Nullable Object> positions = new ArrayList<>();
        for (String position : given.positions()) {
            positions.add(value(position));
        }
        Map<String, @Nullable Object> names = new LinkedHashMap<>();
        for (Map.Entry<String, String> name : given.names().entrySet()) {
            names.put(name.getKey(), value(name.getValue()));
        }
        RemoteMethod method = client.service(target.substring(0, dot)).method(target.substring(dot + 1));
        print(await(method, positions, names));
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
        Optional<Path> file = GivenArguments.file(text);
        if (file.isPresent()) {
            return GivenArguments.read(file.get());
        }
        try {
            return text.isBlank() ? text : values.read(json.readTree(text));
        } catch (JacksonException words) {
            // What is no JSON is what it says.
            return text;
        }
    }

    private void print(@Nullable Object result) {
        if (!(result instanceof RemoteStream elements)) {
            output.result(result);
        } else if (output.isJson()) {
            output.result(values.collect(elements));
        } else {
            try (elements) {
                while (elements.hasNext() && !output.isClosed()) {
                    output.element(elements.next());
                }
            }
            output.end();
        }
    }
}
