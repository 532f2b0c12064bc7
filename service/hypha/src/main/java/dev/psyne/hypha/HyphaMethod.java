package dev.psyne.hypha;

import org.jspecify.annotations.Nullable;

/**
 * A method of a service, or a callback given to one. Calls run it at the same time, each as a job that may wait.
 *
 * <pre>{@code
 * HyphaService.builder("text").method("upper", call -> call.string(0, "text").toUpperCase(Locale.ROOT)).build();
 * }</pre>
 */
@FunctionalInterface
public interface HyphaMethod {
    /**
     * Runs one call.
     *
     * @return null, String, Boolean, a number, bytes as {@code byte[]} or {@code MemorySegment}, {@link NumpyArray},
     *     {@code Set}, {@code Collection}, {@code Map} with String keys, a {@code HyphaMethod} or {@link RemoteMethod}, an
     *     {@code Iterator} or {@code Stream}, whose elements the caller fetches one by one, or a
     *     {@code CompletionStage} of one of these
     * @throws HyphaException to tell the caller what is wrong, without a trace
     * @throws Exception anything else: the caller is told the exception and its trace
     */
    @Nullable
    Object invoke(HyphaCall call) throws Exception;
}
