package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.JavaService;
import dev.psyne.rpc.internal.schema.Schema;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Java interface as a service: its schema, and each method's messages. Immutable; made once for each interface. */
public final class ServiceContract {
    private static final ClassValue<ServiceContract> KNOWN = new ClassValue<>() {
        @Override
        protected ServiceContract computeValue(Class<?> type) {
            return new ServiceContract(type);
        }
    };

    private final Class<?> type;
    private final JavaService java;
    private final Schema schema;
    private final String name;
    private final Map<String, Definition> definitions;
    private final List<MethodContract> methods;
    private final Map<Method, MethodContract> byMethod;
    private volatile @Nullable List<MethodContract> named;

    private ServiceContract(Class<?> type) {
        this.type = type;
        this.java = JavaService.of(type);
        this.name = java.service().name();
        this.schema = java.java().schema().only(name);
        this.definitions = schema.definitions().stream()
                .collect(Collectors.toUnmodifiableMap(Definition::name, Function.identity()));
        this.methods = methods(new LayoutEncoding(definitions));
        this.byMethod = methods.stream()
                .collect(Collectors.toUnmodifiableMap(each -> each.java().method(), each -> each));
    }

    /**
     * The service that an interface is.
     *
     * @throws dev.psyne.rpc.SchemaException that names what cannot be part of a service
     */
    public static ServiceContract of(Class<?> type) {
        return KNOWN.get(type);
    }

    /** The service's name in its schema. */
    public String name() {
        return name;
    }

    /** All that the service reaches. */
    public Schema schema() {
        return schema;
    }

    /** The interface. */
    public Class<?> type() {
        return type;
    }

    List<MethodContract> methods() {
        return methods;
    }

    List<String> methodNames() {
        return methods.stream().map(MethodContract::name).toList();
    }

    /** The same methods for callers that know no schema. Made when the first of them calls. */
    List<MethodContract> named() {
        List<MethodContract> made = named;
        if (made == null) {
            made = methods(new NamedEncoding(definitions));
            named = made;
        }
        return made;
    }

    /** What a method of the interface is; null for one that is no call. */
    public @Nullable MethodContract method(Method method) {
        return byMethod.get(method);
    }

    private List<MethodContract> methods(Encoding encoding) {
        CallbackContracts callbacks = new CallbackContracts(encoding);
        List<MethodContract> made = new ArrayList<>();
        for (Definition.Method method : java.service().methods()) {
            made.add(MethodContract.of(
                    made.size(),
                    Objects.requireNonNull(java.methods().get(method.name())),
                    encoding,
                    callbacks,
                    definitions));
        }
        return List.copyOf(made);
    }
}
