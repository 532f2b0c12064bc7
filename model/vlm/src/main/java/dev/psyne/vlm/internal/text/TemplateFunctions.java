package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.text.TemplateFunction.Given;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every template can call, and what a loop knows of itself. */
final class TemplateFunctions {
    /** Longest {@code range}. */
    static final int MAX_RANGE = 100_000;

    private TemplateFunctions() {}

    /** Functions by name. There is no clock among them: a prompt depends on its conversation alone. */
    static Map<String, TemplateFunction> global(TemplateBudget budget) {
        return Map.of(
                "raise_exception",
                given -> {
                    throw new TemplateFault(
                            "the template refuses it: " + ValueText.of(given.require(0, "message"), budget));
                },
                "namespace",
                given -> {
                    Values.Namespace namespace = new Values.Namespace();
                    namespace.fields().putAll(fields(given));
                    return namespace;
                },
                "dict",
                TemplateFunctions::fields,
                "range",
                given -> range(given, budget));
    }

    private static Map<String, @Nullable Object> fields(Given given) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Object first : given.positional()) {
            if (!(first instanceof Map<?, ?> map)) {
                throw new TemplateFault(Values.describe(first) + " where a dict is wanted");
            }
            map.forEach((key, value) -> fields.put(Values.text(key), value));
        }
        fields.putAll(given.named());
        return fields;
    }

    private static List<Long> range(Given given, TemplateBudget budget) {
        boolean one = given.positional().size() < 2;
        long from = one ? 0 : given.integer(0, "start", 0);
        long to = Values.integer(given.require(one ? 0 : 1, "stop"));
        long step = given.integer(2, "step", 1);
        if (step == 0) {
            throw new TemplateFault("a range whose step is zero");
        }
        List<Long> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            if (numbers.size() == MAX_RANGE) {
                throw new TemplateFault("a range of more than " + MAX_RANGE + " numbers");
            }
            budget.step();
            numbers.add(i);
        }
        return numbers;
    }

    /** The variable {@code loop} at an element. */
    static Map<String, @Nullable Object> loop(List<?> elements, int index) {
        int size = elements.size();
        Map<String, @Nullable Object> loop = new HashMap<>();
        loop.put("index", index + 1L);
        loop.put("index0", (long) index);
        loop.put("revindex", (long) size - index);
        loop.put("revindex0", size - index - 1L);
        loop.put("first", index == 0);
        loop.put("last", index == size - 1);
        loop.put("length", (long) size);
        if (index > 0) {
            loop.put("previtem", elements.get(index - 1));
        }
        if (index < size - 1) {
            loop.put("nextitem", elements.get(index + 1));
        }
        loop.put("cycle", (TemplateFunction) given -> {
            if (given.positional().isEmpty()) {
                throw new TemplateFault("a cycle of nothing");
            }
            return given.positional().get(index % given.positional().size());
        });
        return loop;
    }
}
