package dev.psyne.hypha;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A method or callback of another client. May be passed on, as an argument or a result, to a third. Arguments are what
 * {@link HyphaMethod} may return; the result is null, String, Boolean, Long, {@code BigInteger}, Double, a heap
 * {@code MemorySegment}, {@link NumpyArray}, {@link HyphaException}, {@code Set}, {@code List}, {@code Map},
 * {@code RemoteMethod} or {@link RemoteStream}. Any thread may call.
 */
public interface RemoteMethod {
    /** The last part of its path. */
    String name();

    /** Who has it, {@code workspace/client}. */
    String target();

    /** What its owner says of it: {@code _rmethod}, {@code _rdoc}, {@code _rschema} and more. */
    Map<String, @Nullable Object> description();

    /**
     * Calls it. The future fails with a {@link HyphaException} if the method fails, the other side is lost, or nothing,
     * not even a heartbeat, is heard for the time out; cancelling it forgets the call.
     */
    CompletableFuture<@Nullable Object> call(List<?> arguments, Map<String, ?> keywords);

    /** Calls it with arguments by position. */
    default CompletableFuture<@Nullable Object> call(@Nullable Object... arguments) {
        return call(java.util.Arrays.asList(arguments), Map.of());
    }
}
