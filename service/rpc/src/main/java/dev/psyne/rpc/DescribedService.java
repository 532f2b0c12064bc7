package dev.psyne.rpc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service that is called by what its schema says, for tools that have no interface of it. Any thread may call; each waits for its
 * own answer.
 *
 * <p>Values are those of docs/schema.md in Java, where a record is a {@code Map} by field names, without those that are absent, and an
 * enum the name of its constant. Arguments may be any {@link Number} that the parameter holds, and {@code byte[]} for bytes.
 */
public interface DescribedService {
    /** The name by which it was found. */
    String name();

    /** Its schema in canonical form; empty if it has none, and then it cannot be called in this way. */
    Optional<String> schema();

    /** Its methods by name; those of a service without a schema have a name and nothing else. */
    List<DescribedMethod> methods();

    /**
     * Calls a method. A parameter that the caller streams takes an {@code Iterable}, behind all others.
     *
     * @param positional arguments in the order of the parameters
     * @param named arguments by parameter
     * @return the result, {@link Items} of them if the method streams, null if it gives none
     * @throws RpcException with the callee's code, {@code not_found} for a method that is not there, {@code invalid_argument} for
     *     arguments that are none of the method
     */
    @Nullable
    Object call(
            String method, List<? extends @Nullable Object> positional, Map<String, ? extends @Nullable Object> named);
}
