package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.Inline;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.codec.GeneratedCodecs;
import dev.psyne.rpc.internal.codec.RecordCodecs;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.JavaService;
import dev.psyne.rpc.internal.schema.JavaService.JavaMethod;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private final Schema schema;
    private final String name;
    private final List<MethodContract> methods;
    private final Map<Method, MethodContract> byMethod;

    private ServiceContract(Class<?> type) {
        this.type = type;
        JavaService java = JavaService.of(type);
        this.name = java.service().name();
        this.schema = java.java().schema().only(name);
        Map<String, Definition> definitions = schema.definitions().stream()
                .collect(Collectors.toUnmodifiableMap(Definition::name, Function.identity()));
        RecordCodecs codecs = new GeneratedCodecs(definitions);
        List<MethodContract> made = new ArrayList<>();
        for (Definition.Method method : java.service().methods()) {
            made.add(method(
                    made.size(), Objects.requireNonNull(java.methods().get(method.name())), codecs, definitions));
        }
        this.methods = List.copyOf(made);
        this.byMethod = made.stream()
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

    Class<?> type() {
        return type;
    }

    List<MethodContract> methods() {
        return methods;
    }

    @Nullable
    MethodContract method(Method method) {
        return byMethod.get(method);
    }

    private static MethodContract method(
            int number, JavaMethod java, RecordCodecs codecs, Map<String, Definition> definitions) {
        Definition.Method definition = java.definition();
        java.lang.reflect.Type[] held = java.method().getGenericParameterTypes();
        List<java.lang.reflect.Type> types =
                java.positions().stream().map(position -> held[position]).toList();
        InPlace inPlace = new InPlace(definitions);
        Type input = definition.input();
        Output output = definition.output();
        String where = definition.name();
        return new MethodContract(
                number,
                java,
                codecs.parameters(new RecordOf(where, definition.parameters()), types),
                input == null
                        ? null
                        : message(where + ".items", input, argument(held[held.length - 1]), codecs, inPlace),
                output == null
                        ? null
                        : message(where + ".result", output.type(), result(java.method(), output), codecs, inPlace),
                definition.parameters().stream().anyMatch(field -> inPlace.isIn(field.type())),
                isInline(java));
    }

    private static boolean isInline(JavaMethod java) {
        boolean is = java.method().isAnnotationPresent(Inline.class);
        Output output = java.definition().output();
        if (is && (java.definition().input() != null || (output != null && output.streamed()))) {
            throw new SchemaException(java.method() + " is marked @Inline and has a stream, which it would wait for:"
                    + " take the mark away");
        }
        return is;
    }

    private static java.lang.reflect.Type result(Method method, Output output) {
        return output.streamed() ? argument(method.getGenericReturnType()) : method.getGenericReturnType();
    }

    /** Of {@link Items}. */
    private static java.lang.reflect.Type argument(java.lang.reflect.Type items) {
        return ((ParameterizedType) items).getActualTypeArguments()[0];
    }

    private static ValueMessage message(
            String where, Type type, java.lang.reflect.Type held, RecordCodecs codecs, InPlace inPlace) {
        if (type instanceof Type.Named(String named) && held instanceof Class<?> record && record.isRecord()) {
            return new ValueMessage(codecs.of(named, record.asSubclass(Record.class)), true, inPlace.isIn(type));
        }
        RecordOf alone = new RecordOf(where, List.of(new Field(1, type, "value", false)));
        return new ValueMessage(codecs.parameters(alone, List.of(held)), false, inPlace.isIn(type));
    }

    /** Finds the types whose values lie in their message: tensors and bytes. */
    private record InPlace(Map<String, Definition> definitions, Set<String> seen) {
        InPlace(Map<String, Definition> definitions) {
            this(definitions, new HashSet<>());
        }

        boolean isIn(Type type) {
            return switch (type) {
                case Type.Bytes _, Type.TensorOf _ -> true;
                case Type.ListOf(Type element) -> isIn(element);
                case Type.MapOf(Type value) -> isIn(value);
                case Type.Named(String name) -> isInRecord(name);
                case Type.Scalar _, Type.Text _, Type.Callback _ -> false;
            };
        }

        private boolean isInRecord(String name) {
            if (!(definitions.get(name) instanceof RecordOf record) || !seen.add(name)) {
                return false;
            }
            boolean is = record.fields().stream().anyMatch(field -> isIn(field.type()));
            seen.remove(name);
            return is;
        }
    }
}
