package dev.psyne.vlm.internal.batch;

import dev.psyne.tensor.KeyValueShape;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The pages of keys and values a model may use: made when first wanted, kept from then on. Used by one thread at a time. */
final class PagePool {
    private final KeyValueShape shape;
    private final int most;
    private final ArrayDeque<float[]> free = new ArrayDeque<>();
    private int made;

    /** A pool of at most so many pages. */
    PagePool(KeyValueShape shape, int most) {
        this.shape = shape;
        this.most = most;
    }

    /** How many pages a budget pays for. */
    static int pages(KeyValueShape shape, long budgetBytes) {
        return (int) Math.min(Integer.MAX_VALUE, budgetBytes / ((long) shape.pageFloats() * Float.BYTES));
    }

    /** A page of undefined contents; nothing if all are in use. */
    float @Nullable [] take() {
        float[] page = free.poll();
        if (page == null && made < most) {
            page = new float[shape.pageFloats()];
            made++;
        }
        return page;
    }

    void give(float[] page) {
        free.push(page);
    }

    /** Pages there may be. */
    int most() {
        return most;
    }

    /** Pages that hold something. */
    int used() {
        return made - free.size();
    }
}
