package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Whether definitions are a schema: names, numbers, bounds and types, each fault told at the place it has in the text. */
final class SchemaCheck {
    private final Map<String, Definition> named = new LinkedHashMap<>();
    private final Map<Object, Place> places;

    private SchemaCheck(Map<Object, Place> places) {
        this.places = places;
    }

    /**
     * Throws the first fault.
     *
     * @param places where the very objects stand in a text; those that are missing stand in none
     */
    static void check(String packageName, Collection<Definition> definitions, Map<Object, Place> places) {
        SchemaCheck check = new SchemaCheck(places);
        check.packageName(packageName);
        check.names(definitions);
        definitions.forEach(check::definition);
        check.nesting(new RecordGraph(definitions));
    }

    private void packageName(String packageName) {
        for (String part : packageName.split("\\.", -1)) {
            name(packageName, part, "part of the package '" + shortened(packageName) + "'");
        }
    }

    private void names(Collection<Definition> definitions) {
        if (definitions.size() > SchemaLimits.MAX_DEFINITIONS) {
            throw new SchemaException(definitions.size() + " definitions are more than " + SchemaLimits.MAX_DEFINITIONS
                    + "; split the schema into several packages");
        }
        for (Definition definition : definitions) {
            String name = definition.name();
            name(definition, name, kind(definition));
            if (Words.isReserved(name)) {
                throw fault(
                        definition,
                        "'" + name + "' is a word of the language; give the " + kind(definition) + " another name");
            }
            if (named.putIfAbsent(name, definition) != null) {
                throw fault(definition, "'" + name + "' is defined twice; rename one");
            }
        }
    }

    private void definition(Definition definition) {
        String what = kind(definition) + " " + definition.name();
        switch (definition) {
            case RecordOf of -> fields(of, what, of.fields());
            case EnumOf of -> constants(of, what);
            case ServiceOf of -> {
                size(of, what, "methods", of.methods().size());
                unique(of.methods(), Method::name, what, "method");
                of.methods().forEach(method -> method(of, method));
            }
        }
    }

    private void constants(EnumOf of, String what) {
        size(of, what, "values", of.constants().size());
        if (of.constants().isEmpty()) {
            throw fault(of, what + " has no value; give it one, such as '0 none;'");
        }
        unique(of.constants(), Definition.Constant::name, what, "value");
        unique(of.constants(), Definition.Constant::number, what, "number");
        for (Definition.Constant constant : of.constants()) {
            name(constant, constant.name(), "value of " + what);
            if (constant.number() < 0) {
                throw fault(
                        constant,
                        "the number of " + constant.name() + " in " + what + " is " + constant.number()
                                + "; it must be 0 or more");
            }
        }
    }

    private void method(ServiceOf service, Method method) {
        String what = "method " + service.name() + "." + method.name();
        name(method, method.name(), "method of service " + service.name());
        fields(method, what, method.parameters());
        if (method.input() != null) {
            type(method, what + ", its stream", method.input(), 1);
        }
        Output output = method.output();
        if (output != null) {
            type(method, what + ", its result", output.type(), 1);
        }
    }

    private void fields(Object of, String what, List<Field> fields) {
        String each = of instanceof RecordOf ? "field" : "parameter";
        size(of, what, each + "s", fields.size());
        unique(fields, Field::name, what, each);
        unique(fields, Field::number, what, "number");
        for (Field field : fields) {
            name(field, field.name(), each + " of " + what);
            if (field.number() < 1 || field.number() > SchemaLimits.MAX_FIELD_NUMBER) {
                throw fault(
                        field,
                        "the number of " + each + " " + field.name() + " in " + what + " is " + field.number()
                                + "; it must be 1 to " + SchemaLimits.MAX_FIELD_NUMBER);
            }
            type(field, what + ", " + each + " " + field.name(), field.type(), 1);
        }
    }

    private void type(Object holder, String what, Type type, int depth) {
        if (depth > SchemaLimits.MAX_NESTED_TYPES) {
            throw fault(
                    holder,
                    what + ": more than " + SchemaLimits.MAX_NESTED_TYPES
                            + " types are nested in one another; put a record between them");
        }
        switch (type) {
            case Type.ListOf(Type element) -> type(holder, what, element, depth + 1);
            case Type.MapOf(Type value) -> type(holder, what, value, depth + 1);
            case Type.Callback(Type argument, Type result) -> {
                type(holder, what, argument, depth + 1);
                type(holder, what, result, depth + 1);
            }
            case Type.Named name -> named(holder, what, name);
            case Type.Scalar _, Type.Text _, Type.Bytes _, Type.TensorOf _ -> {}
        }
    }

    private void named(Object holder, String what, Type.Named type) {
        Definition definition = named.get(type.name());
        Object where = places.containsKey(type) ? type : holder;
        if (definition == null) {
            throw fault(
                    where,
                    what + ": no record or enum '" + type.name() + "' is defined here; define it or mend"
                            + " the name");
        }
        if (definition instanceof ServiceOf) {
            throw fault(where, what + ": " + type.name() + " is a service and no type; take a callback instead");
        }
    }

    private void nesting(RecordGraph graph) {
        for (Definition definition : named.values()) {
            switch (definition) {
                case RecordOf of ->
                    graph.endlessField(of).ifPresent(field -> {
                        throw fault(
                                field,
                                "record " + of.name() + " never ends: its field " + field.name()
                                        + " always holds a record "
                                        + SchemaPrinter.print(field.type())
                                        + " that has no end either; make a field optional, or a list");
                    });
                case ServiceOf of -> of.methods().forEach(method -> resultWithoutCallback(of, method, graph));
                case EnumOf _ -> {}
            }
        }
    }

    private void resultWithoutCallback(ServiceOf service, Method method, RecordGraph graph) {
        Output output = method.output();
        if (output != null && !output.streamed() && graph.holdsCallback(output.type())) {
            throw fault(
                    method,
                    "method " + service.name() + "." + method.name() + ": its result holds a callback, which nobody"
                            + " may call when the call is over; take it as a parameter or stream it");
        }
    }

    private void size(Object of, String what, String members, int count) {
        if (count > SchemaLimits.MAX_MEMBERS) {
            throw fault(
                    of,
                    what + " has " + count + " " + members + "; at most " + SchemaLimits.MAX_MEMBERS + " are possible");
        }
    }

    private <T> void unique(List<T> members, Function<T, Object> key, String what, String member) {
        Set<Object> seen = new HashSet<>();
        for (T each : members) {
            if (!seen.add(key.apply(each))) {
                throw fault(
                        each,
                        what + " has the " + member + " " + shortened(String.valueOf(key.apply(each)))
                                + " twice; change one");
            }
        }
    }

    private void name(Object of, String name, String what) {
        if (!Words.isName(name)) {
            throw fault(
                    of,
                    "'" + shortened(name) + "' cannot name a " + what + "; a name is an ASCII letter and at most "
                            + (SchemaLimits.MAX_NAME_LENGTH - 1) + " letters, digits and '_' behind it");
        }
    }

    private SchemaException fault(Object what, String message) {
        return places.getOrDefault(what, Place.NOWHERE).fault(message);
    }

    private static String shortened(String name) {
        return name.length() <= SchemaLimits.MAX_NAME_LENGTH
                ? name
                : name.substring(0, SchemaLimits.MAX_NAME_LENGTH) + "…";
    }

    private static String kind(Definition definition) {
        return switch (definition) {
            case RecordOf _ -> "record";
            case EnumOf _ -> "enum";
            case ServiceOf _ -> "service";
        };
    }
}
