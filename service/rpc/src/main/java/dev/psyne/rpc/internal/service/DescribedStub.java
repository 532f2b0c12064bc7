package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.DescribedMethod;
import dev.psyne.rpc.DescribedService;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.connection.Binding;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.SchemaPrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service of the other side's by its schema alone. */
public final class DescribedStub implements DescribedService {
    private final String name;
    private final @Nullable String canonical;
    private final List<DescribedMethod> methods;
    private final Map<String, PlainCall> calls;

    private DescribedStub(
            String name, @Nullable String canonical, List<DescribedMethod> methods, Map<String, PlainCall> calls) {
        this.name = name;
        this.canonical = canonical;
        this.methods = List.copyOf(methods);
        this.calls = Map.copyOf(calls);
    }

    /**
     * Finds a service.
     *
     * @param timeoutMillis how long a call may take; 0 without an end
     * @throws RpcException {@code not_found}, or {@code schema_mismatch} if what it says cannot be read
     */
    public static DescribedService find(Link link, String name, long timeoutMillis) {
        Binding binding = link.root(timeoutMillis).find(name, null);
        String canonical = binding.schema();
        Long fingerprint = binding.fingerprint();
        if (canonical == null || fingerprint == null) {
            List<DescribedMethod> named = binding.methods().stream()
                    .map(each -> new DescribedMethod(each, List.of(), null, null, false))
                    .toList();
            return new DescribedStub(name, null, named, Map.of());
        }
        try {
            Schema schema = Schema.received(canonical, fingerprint);
            return of(link, name, schema, schema.services().getFirst(), binding, timeoutMillis);
        } catch (SchemaException | IllegalArgumentException broken) {
            throw new RpcException(
                    Failure.SCHEMA_MISMATCH, "the schema of '" + name + "' cannot be used: " + broken.getMessage());
        }
    }

    private static DescribedStub of(
            Link link, String name, Schema schema, Definition.ServiceOf service, Binding binding, long timeoutMillis) {
        PlainContract contract = new PlainContract(schema);
        List<DescribedMethod> methods = new ArrayList<>();
        Map<String, PlainCall> calls = new LinkedHashMap<>();
        for (Definition.Method method : service.methods()) {
            int number = binding.methods().indexOf(method.name());
            methods.add(described(method));
            calls.put(
                    method.name(),
                    new PlainCall(link, contract, name, method, binding.service(), number, timeoutMillis));
        }
        return new DescribedStub(name, schema.canonical(), methods, calls);
    }

    private static DescribedMethod described(Definition.Method method) {
        Definition.Output output = method.output();
        return new DescribedMethod(
                method.name(),
                method.parameters().stream()
                        .map(field -> new DescribedMethod.Parameter(
                                field.name(), SchemaPrinter.print(field.type()), field.optional()))
                        .toList(),
                method.input() == null ? null : SchemaPrinter.print(method.input()),
                output == null ? null : SchemaPrinter.print(output.type()),
                output != null && output.streamed());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> schema() {
        return Optional.ofNullable(canonical);
    }

    @Override
    public List<DescribedMethod> methods() {
        return methods;
    }

    @Override
    public @Nullable Object call(
            String method, List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named) {
        if (canonical == null) {
            throw new RpcException(
                    Failure.SCHEMA_MISMATCH, "the service '" + name + "' has no schema: nothing says how to call it");
        }
        PlainCall call = calls.get(method);
        if (call == null || call.number() < 0) {
            throw new RpcException(
                    Failure.NOT_FOUND,
                    "the service '" + name + "' has no method '" + method + "'; it has "
                            + methods.stream().map(DescribedMethod::name).toList());
        }
        return call.call(positional, named);
    }
}
