package dev.psyne.rpc.internal.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that the offering side can be asked for over the connection.
 *
 * @param service the number to call it by
 * @param schema its canonical form, if it has a schema
 * @param methods their names in the order of their numbers
 * @param shares whether its messages may refer to shared memory
 */
public record Offer(
        String name,
        int service,
        @Nullable String schema,
        List<String> methods,
        @Nullable Boolean shares) {}
