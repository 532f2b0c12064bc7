package dev.psyne.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of one sequence, in pages that the caller provides and may share between sequences that begin
 * alike: a page that is full is only read. Not synchronised; calls that write other rows of it exclude each other.
 */
public final class KeyValueCache {
    private final KeyValueShape shape;
    private final List<float[]> pages = new ArrayList<>();

    /** A cache without a page. */
    public KeyValueCache(KeyValueShape shape) {
        this.shape = shape;
    }

    /** A cache of zeros with room for so many positions, which shares nothing. */
    public static KeyValueCache allocate(KeyValueShape shape, int positions) {
        KeyValueCache cache = new KeyValueCache(shape);
        for (int page = shape.pages(positions); page > 0; page--) {
            cache.append(new float[shape.pageFloats()]);
        }
        return cache;
    }

    /** How a page is made up. */
    public KeyValueShape shape() {
        return shape;
    }

    /** Positions there is room for. */
    public int capacity() {
        return pages.size() * KeyValueShape.PAGE_POSITIONS;
    }

    /** How many pages there are. */
    public int pages() {
        return pages.size();
    }

    /** A page: its positions are {@code index} times {@link KeyValueShape#PAGE_POSITIONS} and on. */
    public float[] page(int index) {
        return pages.get(index);
    }

    /** Adds room at the end; the page is the cache's to write until it is removed. */
    public void append(float[] page) {
        if (page.length != shape.pageFloats()) {
            throw new IllegalArgumentException("a page of " + page.length + " floats, not " + shape.pageFloats());
        }
        pages.add(page);
    }

    /** Puts a page of the same keys and values in the place of another. */
    public void replace(int index, float[] page) {
        pages.set(index, page);
    }

    /** Takes the last page away. */
    public float[] removeLast() {
        return pages.removeLast();
    }

    /**
     * Stores the keys and values of {@code count} positions of a layer.
     *
     * @param keys rows of all heads, from row {@code first} on
     * @param values as many rows
     * @param position of the first of them
     */
    public void store(int layer, int first, int count, Rows keys, Rows values, int position) {
        if (layer < 0 || layer >= shape.layers() || position < 0 || count > capacity() - position) {
            throw new IllegalArgumentException("layer " + layer + " of " + shape.layers() + ", " + count
                    + " positions from " + position + " on of " + capacity());
        }
        keys.require("keys", first + count, shape.width());
        values.require("values", first + count, shape.width());
        for (int row = 0; row < count; row++) {
            int at = (position + row) % KeyValueShape.PAGE_POSITIONS;
            float[] page = pages.get((position + row) / KeyValueShape.PAGE_POSITIONS);
            storeRow(layer, page, at, keys, values, first + row);
        }
    }

    private void storeRow(int layer, float[] page, int at, Rows keys, Rows values, int row) {
        int width = shape.headWidth();
        int key = keys.index(row);
        int value = values.index(row);
        for (int head = 0; head < shape.heads(); head++, key += width, value += width) {
            int to = shape.keysAt(layer, head) + at;
            for (int i = 0; i < width; i++, to += KeyValueShape.PAGE_POSITIONS) {
                page[to] = keys.values()[key + i];
            }
            System.arraycopy(values.values(), value, page, shape.valuesAt(layer, head) + at * width, width);
        }
    }
}
