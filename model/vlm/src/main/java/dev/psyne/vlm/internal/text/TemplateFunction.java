package dev.psyne.vlm.internal.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something a template can call. */
@FunctionalInterface
interface TemplateFunction {
    @Nullable
    Object call(Given given);

    /** What a function, a filter or a test is given. */
    record Given(List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
        /** An argument by place, or else by name; the fallback if it is not there. */
        @Nullable
        Object get(int place, String name, @Nullable Object fallback) {
            if (place < positional.size()) {
                return positional.get(place);
            }
            return named.containsKey(name) ? named.get(name) : fallback;
        }

        /** An argument that must be there. */
        @Nullable
        Object require(int place, String name) {
            if (place >= positional.size() && !named.containsKey(name)) {
                throw new TemplateFault("argument '" + name + "' is missing");
            }
            return get(place, name, null);
        }

        String text(int place, String name) {
            return Values.text(require(place, name));
        }

        long integer(int place, String name, long fallback) {
            Object value = get(place, name, fallback);
            return value == null ? fallback : Values.integer(value);
        }
    }
}
