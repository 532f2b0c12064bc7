package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the values of one service are messages. For any threads. */
interface Encoding {
    /**
     * A method's arguments.
     *
     * @param held the Java types of its parameters, in the order of the schema
     */
    ArgumentsMessage arguments(Definition.Method method, List<java.lang.reflect.Type> held);

    /**
     * A value on its own.
     *
     * @param where names it in an error
     * @param held its Java type
     */
    ValueMessage value(String where, Type type, java.lang.reflect.Type held);

    /** What a method without a result gives; null if that is no bytes at all. */
    @Nullable
    ValueMessage nothing();
}
