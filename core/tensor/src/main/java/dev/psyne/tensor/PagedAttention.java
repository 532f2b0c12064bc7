package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.util.Arrays;
import java.util.List;

/**
 * Attention over pages as a range of pieces: some rows of a span by one head of keys and values with the heads of queries
 * that share it. The scores of a piece are all computed, page by page, then weighed, then mixed page by page: a page is
 * read once a piece and used for all its rows while it is in the first cache.
 */
final class PagedAttention implements RangeBody {
    /** Query rows of a piece, heads of a group counted apart. */
    private static final int PIECE_ROWS = 16;

    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;

    private final int layer;
    private final List<AttentionSpan> spans;
    private final Rows queries;
    private final Rows output;
    private final ScratchPool scratches;
    private final KeyValueShape shape;
    private final int group;
    private final int rowsPerPiece;
    private final float factor;

    PagedAttention(int layer, List<AttentionSpan> spans, Rows queries, Rows output, ScratchPool scratches) {
        this.layer = layer;
        this.spans = spans;
        this.queries = queries;
        this.output = output;
        this.scratches = scratches;
        this.shape = spans.getFirst().cache().shape();
        this.group = queries.width() / shape.width();
        this.rowsPerPiece = Math.max(1, PIECE_ROWS / group);
        this.factor = (float) (1 / Math.sqrt(shape.headWidth()));
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
        return (span.count() + rowsPerPiece - 1) / rowsPerPiece;
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        int begin = 0;
        for (AttentionSpan span : spans) {
            int end = begin + blocks(span) * shape.heads();
            for (int piece = Math.max(from, begin); piece < Math.min(to, end); piece++) {
                int block = (piece - begin) / shape.heads();
                attend(span, block * rowsPerPiece, (piece - begin) % shape.heads(), scratch);
            }
            begin = end;
        }
        scratches.release(scratch);
    }

    private void attend(AttentionSpan span, int first, int head, Scratch scratch) {
        int last = Math.min(span.count(), first + rowsPerPiece) - 1;
        int visible = span.visible(last);
        int pages = shape.pages(visible);
        int line = pages * POSITIONS;
        int rows = (last - first + 1) * group;
        float[] scores = scratch.scores((rows + AttentionTile.ROWS) * line);
        int query = queries.index(span.firstRow() + first);
        AttentionTile tile = new AttentionTile(queries.values(), scores, shape.headWidth(), line);
        for (int page = 0; page < pages; page++) {
            float[] memory = span.cache().page(page);
            for (int row = 0; row < rows; row += AttentionTile.ROWS) {
                for (int i = 0; i < AttentionTile.ROWS; i++) {
                    tile.place(i, place(query, queries.stride(), head, Math.min(row + i, rows - 1)));
                }
                tile.score(memory, shape.keysAt(layer, head), row * line + page * POSITIONS);
            }
        }
        for (int row = 0; row < rows; row++) {
            weigh(scores, row * line, line, span.visible(first + row / group));
        }
        int result = output.index(span.firstRow() + first);
        for (int row = 0; row < rows; row += AttentionTile.ROWS) {
            for (int i = 0; i < AttentionTile.ROWS; i++) {
                tile.place(i, place(result, output.stride(), head, Math.min(row + i, rows - 1)));
            }
            tile.mix(span.cache(), shape.valuesAt(layer, head), visible, row * line, output.values());
        }
    }

    /** Where a row of a piece begins: the heads of a group are neighbours. */
    private int place(int begin, int stride, int head, int row) {
        return begin + row / group * stride + (head * group + row % group) * shape.headWidth();
    }

    private void weigh(float[] scores, int from, int line, int visible) {
        int vectors = Lanes.FLOATS.loopBound(visible);
        for (int i = 0; i < vectors; i += Lanes.COUNT) {
            Lanes.load(scores, from + i).mul(factor).intoArray(scores, from + i);
        }
        for (int i = vectors; i < visible; i++) {
            scores[from + i] *= factor;
        }
        VectorSoftmax.softmax(scores, from, visible);
        Arrays.fill(scores, from + visible, from + line, 0);
    }
}
