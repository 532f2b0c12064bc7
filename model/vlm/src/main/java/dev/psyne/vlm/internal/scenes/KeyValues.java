package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Rows;

/** The keys and values of one layer, one row for each position so far. */
final class KeyValues {
    private final Rows keys;
    private final Rows values;

    KeyValues(int positions, int width) {
        this.keys = Rows.allocate(positions, width);
        this.values = Rows.allocate(positions, width);
    }

    Rows keys() {
        return keys;
    }

    Rows values() {
        return values;
    }

    /** Stores {@code count} rows from position {@code past} on. */
    void store(int count, Rows newKeys, Rows newValues, int past) {
        copy(count, newKeys, keys, past);
        copy(count, newValues, values, past);
    }

    private static void copy(int count, Rows from, Rows to, int past) {
        for (int row = 0; row < count; row++) {
            System.arraycopy(from.values(), from.index(row), to.values(), to.index(past + row), from.width());
        }
    }
}
