package dev.psyne.rpc.internal.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a schema defines under a name. Immutable; {@link Schema} checks it. */
public sealed interface Definition {
    /** Unique in its schema. */
    String name();

    /** Named fields, in the order of their numbers. */
    record RecordOf(String name, List<Field> fields) implements Definition {
        public RecordOf {
            fields = List.copyOf(fields);
        }
    }

    /** Named numbers, in the order of the numbers. */
    record EnumOf(String name, List<Constant> constants) implements Definition {
        public EnumOf {
            constants = List.copyOf(constants);
        }
    }

    /** One name of an enum. */
    record Constant(int number, String name) {}

    /** Methods, in the order of their names. */
    record ServiceOf(String name, List<Method> methods) implements Definition {
        public ServiceOf {
            methods = List.copyOf(methods);
        }
    }

    /**
     * One method.
     *
     * @param parameters in the order of their numbers
     * @param input the type of the items that the caller streams; null if it streams none
     * @param output null if nothing is given back
     * @param idempotent whether it may be called again when nobody knows what became of it
     */
    record Method(
            String name,
            List<Field> parameters,
            @Nullable Type input,
            @Nullable Output output,
            boolean idempotent) {
        public Method {
            parameters = List.copyOf(parameters);
        }
    }

    /** What a method gives: one value, or items. */
    record Output(Type type, boolean streamed) {}
}
