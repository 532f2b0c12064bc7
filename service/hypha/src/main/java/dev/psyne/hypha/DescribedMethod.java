package dev.psyne.hypha;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method that tells what it does and takes; hypha's clients show it to people and to models.
 *
 * @param method what runs
 * @param schema {@code name}, {@code description} and {@code parameters}, the last as JSON Schema
 */
public record DescribedMethod(HyphaMethod method, Map<String, @Nullable Object> schema) implements HyphaMethod {
    @Override
    public @Nullable Object invoke(HyphaCall call) throws Exception {
        return method.invoke(call);
    }
}
