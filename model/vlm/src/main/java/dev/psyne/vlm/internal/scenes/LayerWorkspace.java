package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Rows;

/** What a stack of transformer layers works in: the stream {@code x} and the results on the way. One caller's at a time. */
final class LayerWorkspace {
    private final Rows x;
    private final Rows normal;
    private final Rows packed;
    private final Rows queries;
    private final Rows keys;
    private final Rows values;
    private final Rows mixed;
    private final Rows hidden;

    LayerWorkspace(int rows, SceneConfiguration.Layers shape) {
        int width = shape.width();
        this.x = Rows.allocate(rows, width);
        this.normal = Rows.allocate(rows, width);
        this.packed = Rows.allocate(rows, 3 * width);
        this.queries = packed.columns(0, width);
        this.keys = packed.columns(width, width);
        this.values = packed.columns(2 * width, width);
        this.mixed = Rows.allocate(rows, width);
        this.hidden = Rows.allocate(rows, shape.mlp());
    }

    /** The stream, {@code [positions, width]}. */
    Rows x() {
        return x;
    }

    Rows normal() {
        return normal;
    }

    /** Queries, keys and values side by side. */
    Rows packed() {
        return packed;
    }

    Rows queries() {
        return queries;
    }

    Rows keys() {
        return keys;
    }

    Rows values() {
        return values;
    }

    Rows mixed() {
        return mixed;
    }

    Rows hidden() {
        return hidden;
    }
}
