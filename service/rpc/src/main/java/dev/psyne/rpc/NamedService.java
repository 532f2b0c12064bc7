package dev.psyne.rpc;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service that is called by names alone, with or without a schema: what Python offers without one, or what nobody has an
 * interface for.
 *
 * <pre>{@code
 * NamedService words = client.service("words");
 * long sum = (Long) words.call("add", 1, 2);
 * try (Items<?> items = (Items<?>) words.call("upper", Items.of(List.of("a", "b")))) {
 *     …
 * }
 * }</pre>
 *
 * <p>What may be given: null, Boolean, Byte, Short, Integer, Long, {@link java.math.BigInteger} to 2^64 - 1, Float, Double, String,
 * {@code byte[]}, {@link java.lang.foreign.MemorySegment}, enums (as their names), {@link dev.psyne.tensor.Tensor}, Collection and Map
 * with String keys of such values, {@link Callback} from Object to Object, and one {@link Items} as an argument of its own. What
 * comes: null, Boolean, Long, BigInteger above 2^63 - 1, Double, String, MemorySegment, Tensor, List and Map, all of them copies that
 * live as long as somebody has them; or {@code Items<Object>} if the method streams, to be closed.
 *
 * <p>Maps and lists lie at most 32 deep in each other; one message has at most 262 144 entries of them. Any thread may call; each
 * waits for its own.
 */
public interface NamedService {
    /** The name it was found by. */
    String name();

    /** The names of its methods. */
    List<String> methods();

    /**
     * Calls a method.
     *
     * @return what it gives, or the {@code Items<Object>} that it streams
     * @throws IllegalArgumentException if an argument cannot be sent
     * @throws RpcException if it fails, {@code not_found} if there is no such method
     */
    @Nullable
    Object call(String method, @Nullable Object... positional);

    /**
     * Calls a method with some of its arguments by name.
     *
     * @param named by the names of the method's parameters
     * @param positional those in front
     * @return as {@link #call}
     */
    @Nullable
    Object callWithNames(String method, Map<String, ? extends @Nullable Object> named, @Nullable Object... positional);
}
