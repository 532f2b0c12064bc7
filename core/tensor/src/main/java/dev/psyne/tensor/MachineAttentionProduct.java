package dev.psyne.tensor;

import java.lang.foreign.MemorySegment;

/** By machine code, 16 positions or 16 columns at a time. Results are {@code [panels][rows][16]}. */
final class MachineAttentionProduct implements AttentionProduct {
    private static final int PANEL = LinearLayout.PANEL_OUTPUTS;
    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;

    /** Fewer rows are a tile that waits for its own sums. */
    private static final int LEAST_ROWS = 6;

    private final FloatProducts products;
    private final int headWidth;

    MachineAttentionProduct(FloatProducts products, int headWidth) {
        this.products = products;
        this.headWidth = headWidth;
    }

    static boolean takes(int headWidth, int rows) {
        return headWidth >= PANEL && rows >= LEAST_ROWS;
    }

    @Override
    public int rows(int rows) {
        return rows;
    }

    @Override
    public int resultFloats() {
        return panels() * PANEL;
    }

    private int panels() {
        return (headWidth + PANEL - 1) / PANEL;
    }

    /** The last panel ends with the head and may begin in the one before it. */
    private int column(int panel) {
        return Math.min(panel * PANEL, headWidth - PANEL);
    }

    private static long bytes(int floats) {
        return (long) Float.BYTES * floats;
    }

    @Override
    public void score(int rows, float[] queries, float[] page, int keys, float[] scores, int at, int line) {
        for (int position = 0; position < POSITIONS; position += PANEL) {
            products.multiplyFloats(
                    WeightType.F32,
                    rows,
                    MemorySegment.ofArray(queries),
                    0,
                    bytes(headWidth),
                    MemorySegment.ofArray(page),
                    bytes(keys + position),
                    bytes(POSITIONS),
                    headWidth,
                    MemorySegment.ofArray(scores),
                    bytes(at + position),
                    bytes(line));
        }
    }

    @Override
    public void mix(
            int rows, float[] scores, int at, int line, int positions, float[] page, int values, float[] results) {
        for (int panel = 0; panel < panels(); panel++) {
            products.multiplyFloats(
                    WeightType.F32,
                    rows,
                    MemorySegment.ofArray(scores),
                    bytes(at),
                    bytes(line),
                    MemorySegment.ofArray(page),
                    bytes(values + column(panel)),
                    bytes(headWidth),
                    positions,
                    MemorySegment.ofArray(results),
                    bytes(panel * rows * PANEL),
                    bytes(PANEL));
        }
    }

    @Override
    public void store(int rows, int row, float[] results, float factor, float[] target, int index) {
        for (int panel = 0; panel < panels(); panel++) {
            int from = (panel * rows + row) * PANEL;
            int to = index + column(panel);
            for (int i = 0; i < PANEL; i++) {
                target[to + i] = results[from + i] * factor;
            }
        }
    }
}
