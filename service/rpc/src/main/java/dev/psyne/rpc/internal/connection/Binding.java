package dev.psyne.rpc.internal.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as one connection calls it.
 *
 * @param service its number
 * @param schema its canonical form; null if the caller knows it, or if there is none
 * @param fingerprint of the schema, if it has one
 * @param methods their names in the order of their numbers
 * @param shares whether its messages may refer to shared memory
 */
public record Binding(
        int service,
        @Nullable String schema,
        @Nullable Long fingerprint,
        List<String> methods,
        @Nullable Boolean shares) {}
