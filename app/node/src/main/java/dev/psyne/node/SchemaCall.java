package dev.psyne.node;

import dev.psyne.rpc.DescribedMethod;
import dev.psyne.rpc.DescribedService;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of the command line by psyne.v2: the service's schema says what an argument is. */
record SchemaCall(SchemaJson json, CallOutput output) {
    /** Elements of a stream that are printed as one document. */
    private static final int MAX_ELEMENTS = 100_000;

    private static final String LIST = "list<";

    void make(RpcClient client, String target, GivenArguments given) throws IOException, InterruptedException {
        int dot = target.lastIndexOf('.');
        if (dot <= 0 || dot == target.length() - 1) {
            throw new IllegalArgumentException("'" + target + "' is no SERVICE.METHOD, such as Vision.models");
        }
        DescribedService service = client.described(target.substring(0, dot));
        DescribedMethod method = method(service, target.substring(dot + 1));
        List<@Nullable Object> positions = new ArrayList<>();
        for (String position : given.positions()) {
            positions.add(json.argument(position, type(method, positions.size())));
        }
        Map<String, @Nullable Object> names = new LinkedHashMap<>();
        for (Map.Entry<String, String> name : given.names().entrySet()) {
            names.put(name.getKey(), json.argument(name.getValue(), type(method, name.getKey())));
        }
        print(service.call(method.name(), positions, names));
    }

    private static DescribedMethod method(DescribedService service, String name) {
        return service.methods().stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RpcException(
                        "not_found",
                        "the service '" + service.name() + "' has no method '" + name + "'; it has "
                                + service.methods().stream()
                                        .map(DescribedMethod::name)
                                        .toList()));
    }

    /** Of the argument in this place; the callee says what is wrong with one that has none. */
    private static String type(DescribedMethod method, int place) {
        List<DescribedMethod.Parameter> parameters = method.parameters();
        if (place < parameters.size()) {
            return parameters.get(place).type();
        }
        return place == parameters.size() && method.items() != null ? LIST + method.items() + ">" : "";
    }

    private static String type(DescribedMethod method, String name) {
        return method.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(DescribedMethod.Parameter::type)
                .findFirst()
                .orElse("");
    }

    private void print(@Nullable Object result) throws InterruptedException {
        if (!(result instanceof Items<?> items)) {
            if (result != null || output.isJson()) {
                output.result(json.plain(result));
            }
            return;
        }
        try (items) {
            if (output.isJson()) {
                output.result(collected(items));
                return;
            }
            for (Object item = items.next(); item != null && !output.isClosed(); item = items.next()) {
                output.element(json.plain(item));
            }
        }
        output.end();
    }

    private List<@Nullable Object> collected(Items<?> items) throws InterruptedException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object item = items.next(); item != null; item = items.next()) {
            if (elements.size() == MAX_ELEMENTS) {
                throw new RpcException(
                        "too_large",
                        "the stream has more than " + MAX_ELEMENTS + " items: leave --json out to get them one by one");
            }
            elements.add(json.copied(item));
        }
        return elements;
    }
}
