package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attention over pages as a range of pieces: some rows of a span by one head of keys and values with the heads of queries
 * that share it. The scores of a piece are all computed, page by page, then weighed, then mixed page by page: a page is
 * read once a piece and used for all its rows while it is in the first cache, the scores stay in the second.
 */
final class PagedAttention implements RangeBody {
    /** Query rows of a piece, heads of a group counted apart: whole tiles in every variant. */
    private static final int MOST_ROWS = 96;

    private static final int LEAST_ROWS = 12;

    /** Bytes of a piece's scores, those of a usual second cache. */
    private static final int SCORE_BYTES = 512 << 10;

    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;

    /** Floats between two lines of scores beyond their pages: lines a power of two apart share few sets of a cache. */
    private static final int LINE_GAP = 16;

    private final int layer;
    private final List<AttentionSpan> spans;
    private final Rows queries;
    private final Rows output;
    private final ScratchPool scratches;
    private final KeyValueShape shape;
    private final int group;
    private final float factor;
    private final Optional<? extends FloatProducts> machine;

    PagedAttention(
            int layer,
            List<AttentionSpan> spans,
            Rows queries,
            Optional<? extends FloatProducts> machine,
            Rows output,
            ScratchPool scratches) {
        this.layer = layer;
        this.spans = spans;
        this.queries = queries;
        this.output = output;
        this.scratches = scratches;
        this.shape = spans.getFirst().cache().shape();
        this.group = queries.width() / shape.width();
        this.factor = (float) (1 / Math.sqrt(shape.headWidth()));
        this.machine = machine;
    }

    int pieces() {
        int pieces = 0;
        for (AttentionSpan span : spans) {
            pieces += blocks(span) * shape.heads();
        }
        return pieces;
    }

    /** Multiply-adds of all pieces. */
    long work() {
        long work = 0;
        for (AttentionSpan span : spans) {
            work += 2L * queries.width() * span.count() * span.visible(span.count() - 1);
        }
        return work;
    }

    private int blocks(AttentionSpan span) {
        int rows = rowsPerPiece(span);
        return (span.count() + rows - 1) / rows;
    }

    private int rowsPerPiece(AttentionSpan span) {
        int fitting = SCORE_BYTES / (Float.BYTES * line(span.visible(span.count() - 1)));
        return Math.max(1, Math.clamp(fitting, LEAST_ROWS, MOST_ROWS) / LEAST_ROWS * LEAST_ROWS / group);
    }

    private int line(int visible) {
        return shape.pages(visible) * POSITIONS + LINE_GAP;
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int begin = 0;
        for (AttentionSpan span : spans) {
            int end = begin + blocks(span) * shape.heads();
            int rows = rowsPerPiece(span);
            for (int piece = Math.max(from, begin); piece < Math.min(to, end); piece++) {
                int first = (piece - begin) / shape.heads() * rows;
                int last = Math.min(span.count(), first + rows) - 1;
                attend(span, first, last, (piece - begin) % shape.heads(), scratch);
            }
            begin = end;
        }
        scratches.release(scratch);
    }

    private void attend(AttentionSpan span, int first, int last, int head, Scratch scratch) {
        int rows = (last - first + 1) * group;
        int visible = span.visible(last);
        int pages = shape.pages(visible);
        int line = line(visible);
        AttentionProduct product = AttentionProduct.of(machine, shape.headWidth(), rows);
        int room = product.rows(rows);
        float[] scores = zeros(scratch.scores(room * line), room * line);
        float[] results = zeros(scratch.sums(room * product.resultFloats()), room * product.resultFloats());
        float[] asked = scratch.rows(room * shape.headWidth());
        for (int row = 0; row < rows; row++) {
            copyScaled(place(queries, span.firstRow() + first, head, row), asked, row * shape.headWidth());
        }
        for (int page = 0; page < pages; page++) {
            float[] memory = span.cache().page(page);
            product.score(rows, asked, memory, shape.keysAt(layer, head), scores, page * POSITIONS, line);
        }
        // What was asked is not needed any more: its place takes the divisors.
        for (int row = 0; row < rows; row++) {
            int seen = span.visible(first + row / group);
            asked[row] = VectorSoftmax.powers(scores, row * line, seen);
            Arrays.fill(scores, row * line + seen, (row + 1) * line, 0);
        }
        for (int page = 0; page < pages; page++) {
            int from = page * POSITIONS;
            int positions = Math.min(POSITIONS, visible - from);
            float[] memory = span.cache().page(page);
            product.mix(rows, scores, from, line, positions, memory, shape.valuesAt(layer, head), results);
        }
        for (int row = 0; row < rows; row++) {
            int to = place(output, span.firstRow() + first, head, row);
            product.store(rows, row, results, 1 / asked[row], output.values(), to);
        }
    }

    private static float[] zeros(float[] room, int count) {
        Arrays.fill(room, 0, count, 0);
        return room;
    }

    private void copyScaled(int from, float[] target, int to) {
        float[] values = queries.values();
        for (int i = 0; i < shape.headWidth(); i++) {
            target[to + i] = values[from + i] * factor;
        }
    }

    /** Where a row of a piece begins: the heads of a group are neighbours. */
    private int place(Rows rows, int first, int head, int row) {
        return rows.index(first + row / group) + (head * group + row % group) * shape.headWidth();
    }
}
