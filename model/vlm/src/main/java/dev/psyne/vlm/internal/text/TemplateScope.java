package dev.psyne.vlm.internal.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables of a template: those of a loop's or macro's body, then those around it. What is set stays inside. */
final class TemplateScope {
    private final @Nullable TemplateScope outer;
    private final Map<String, @Nullable Object> variables = new HashMap<>();

    TemplateScope(@Nullable TemplateScope outer) {
        this.outer = outer;
    }

    void set(String name, @Nullable Object value) {
        variables.put(name, value);
    }

    @Nullable
    Object get(String name) {
        for (TemplateScope scope = this; scope != null; scope = scope.outer) {
            if (scope.variables.containsKey(name)) {
                return scope.variables.get(name);
            }
        }
        return new Values.Undefined(name);
    }

    /** The outermost: what a macro sees. */
    TemplateScope root() {
        TemplateScope scope = this;
        while (scope.outer != null) {
            scope = scope.outer;
        }
        return scope;
    }
}
