package dev.psyne.vlm.internal.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements by number and ranges of them, counted as in Python: from the end if below zero. */
final class Slices {
    private Slices() {}

    /** The element of a list or string at an index; undefined beyond its ends. */
    static @Nullable Object element(Object container, long index, TemplateBudget budget) {
        List<?> elements = Values.elements(container, budget);
        long place = index < 0 ? index + elements.size() : index;
        return place >= 0 && place < elements.size()
                ? elements.get((int) place)
                : new Values.Undefined("[" + index + "]");
    }

    static Object slice(
            @Nullable Object container,
            @Nullable Object from,
            @Nullable Object to,
            @Nullable Object step,
            TemplateBudget budget) {
        if (!(container instanceof String) && !(container instanceof List<?>)) {
            throw new TemplateFault(Values.describe(container) + " where a list or string is wanted");
        }
        List<?> elements = Values.elements(container, budget);
        int size = elements.size();
        long stride = step == null ? 1 : Values.integer(step);
        if (stride == 0) {
            throw new TemplateFault("a slice whose step is zero");
        }
        boolean down = stride < 0;
        long low = down ? -1 : 0;
        long high = down ? size - 1 : size;
        long begin = bound(from, down ? high : low, size, low, high);
        long end = bound(to, down ? low : high, size, low, high);
        List<@Nullable Object> taken = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (long i = begin; down ? i > end : i < end; i += stride) {
            budget.step();
            Object element = elements.get((int) i);
            taken.add(element);
            text.append(container instanceof String ? element : "");
            if (Math.abs(stride) > size) {
                break;
            }
        }
        return container instanceof String ? text.toString() : taken;
    }

    private static long bound(@Nullable Object value, long fallback, int size, long low, long high) {
        if (value == null) {
            return fallback;
        }
        long index = Values.integer(value);
        return Math.clamp(index < 0 ? index + size : index, low, high);
    }
}
