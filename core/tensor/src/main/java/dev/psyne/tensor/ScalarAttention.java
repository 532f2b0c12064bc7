package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;

/** Attention of one span in plain loops, as a range of rows; the sums are taken in double precision. */
final class ScalarAttention implements RangeBody {
    private final int layer;
    private final AttentionSpan span;
    private final KeyValueShape shape;
    private final Rows queries;
    private final Rows output;

    ScalarAttention(int layer, AttentionSpan span, Rows queries, Rows output) {
        this.layer = layer;
        this.span = span;
        this.shape = span.cache().shape();
        this.queries = queries;
        this.output = output;
    }

    @Override
    public void run(int from, int to) {
        int heads = queries.width() / shape.headWidth();
        int group = heads / shape.heads();
        for (int row = from; row < to; row++) {
            float[] scores = new float[span.visible(row)];
            for (int head = 0; head < heads; head++) {
                attend(row, head * shape.headWidth(), head / group, scores);
            }
        }
    }

    private void attend(int row, int column, int head, float[] scores) {
        int query = queries.index(span.firstRow() + row) + column;
        for (int position = 0; position < scores.length; position++) {
            double sum = 0;
            for (int i = 0; i < shape.headWidth(); i++) {
                sum += (double) queries.values()[query + i] * key(position, head, i);
            }
            scores[position] = (float) (sum / Math.sqrt(shape.headWidth()));
        }
        ScalarKernels.softmax(scores, 0, scores.length);
        int target = output.index(span.firstRow() + row) + column;
        for (int i = 0; i < shape.headWidth(); i++) {
            double sum = 0;
            for (int position = 0; position < scores.length; position++) {
                sum += (double) scores[position] * value(position, head, i);
            }
            output.values()[target + i] = (float) sum;
        }
    }

    private float key(int position, int head, int i) {
        int at = shape.keysAt(layer, head) + i * KeyValueShape.PAGE_POSITIONS;
        return page(position)[at + position % KeyValueShape.PAGE_POSITIONS];
    }

    private float value(int position, int head, int i) {
        int at = shape.valuesAt(layer, head) + i;
        return page(position)[at + position % KeyValueShape.PAGE_POSITIONS * shape.headWidth()];
    }

    private float[] page(int position) {
        return span.cache().page(position / KeyValueShape.PAGE_POSITIONS);
    }
}
