package dev.psyne.vlm.internal.language;

import dev.psyne.tensor.Rows;

/** The memory of one step: rows of tokens of any sequences. Not shared between steps that run at the same time. */
public final class LanguageWorkspace {
    private final Rows x;
    private final Rows normal;
    private final Rows packed;
    private final Rows queries;
    private final Rows keys;
    private final Rows values;
    private final Rows mixed;
    private final Rows gates;
    private final Rows hidden;

    /** Room for so many rows of a model. */
    public LanguageWorkspace(LanguageConfiguration shape, int rows) {
        int queryWidth = shape.heads() * shape.headWidth();
        int keyWidth = shape.keyValueHeads() * shape.headWidth();
        this.x = Rows.allocate(rows, shape.width());
        this.normal = Rows.allocate(rows, shape.width());
        this.packed = Rows.allocate(rows, queryWidth + 2 * keyWidth);
        this.queries = packed.columns(0, queryWidth);
        this.keys = packed.columns(queryWidth, keyWidth);
        this.values = packed.columns(queryWidth + keyWidth, keyWidth);
        this.mixed = Rows.allocate(rows, queryWidth);
        this.gates = Rows.allocate(rows, 2 * shape.mlp());
        this.hidden = Rows.allocate(rows, shape.mlp());
    }

    /** The stream: embeddings before a step, what the last layer made of them after it. */
    public Rows x() {
        return x;
    }

    /** Rows there is room for. */
    public int rows() {
        return x.capacity();
    }

    Rows normal() {
        return normal;
    }

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

    Rows gates() {
        return gates;
    }

    Rows hidden() {
        return hidden;
    }
}
