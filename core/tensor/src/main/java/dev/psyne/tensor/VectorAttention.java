package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** One call of attention as a range of query rows. */
final class VectorAttention implements RangeBody {
    private final int heads;
    private final int headWidth;
    private final Rows queries;
    private final Rows keys;
    private final Rows values;
    private final int visible;
    private final boolean causal;
    private final Rows output;
    private final ScratchPool scratches;
    private final float factor;

    VectorAttention(
            int heads,
            Rows queries,
            Rows keys,
            Rows values,
            int visible,
            boolean causal,
            Rows output,
            ScratchPool scratches) {
        this.heads = heads;
        this.headWidth = queries.width() / heads;
        this.queries = queries;
        this.keys = keys;
        this.values = values;
        this.visible = visible;
        this.causal = causal;
        this.output = output;
        this.scratches = scratches;
        this.factor = (float) (1 / Math.sqrt(headWidth));
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        for (int row = from; row < to; row++) {
            int seen = causal ? visible + row : visible;
            float[] scores = scratch.scores(seen);
            for (int head = 0; head < heads; head++) {
                int first = head * headWidth;
                score(queries.index(row) + first, first, seen, scores);
                VectorSoftmax.softmax(scores, 0, seen);
                mix(scores, seen, first, output.index(row) + first);
            }
        }
        scratches.release(scratch);
    }

    private void score(int query, int first, int seen, float[] scores) {
        float[] q = queries.values();
        float[] k = keys.values();
        int vectors = Lanes.FLOATS.loopBound(headWidth);
        int key = keys.index(0) + first;
        for (int i = 0; i < seen; i++, key += keys.stride()) {
            FloatVector sum = FloatVector.zero(Lanes.FLOATS);
            for (int j = 0; j < vectors; j += Lanes.COUNT) {
                sum = Lanes.load(q, query + j).fma(Lanes.load(k, key + j), sum);
            }
            float dot = sum.reduceLanes(VectorOperators.ADD);
            for (int j = vectors; j < headWidth; j++) {
                dot = Math.fma(q[query + j], k[key + j], dot);
            }
            scores[i] = dot * factor;
        }
    }

    private void mix(float[] weights, int seen, int first, int target) {
        float[] v = values.values();
        int source = values.index(0) + first;
        int stride = values.stride();
        int vectors = Lanes.FLOATS.loopBound(headWidth);
        for (int j = 0; j < vectors; j += Lanes.COUNT) {
            FloatVector sum = FloatVector.zero(Lanes.FLOATS);
            int index = source + j;
            for (int i = 0; i < seen; i++, index += stride) {
                sum = Lanes.load(v, index).fma(Lanes.broadcast(weights[i]), sum);
            }
            sum.intoArray(output.values(), target + j);
        }
        for (int j = vectors; j < headWidth; j++) {
            float sum = 0;
            for (int i = 0; i < seen; i++) {
                sum = Math.fma(weights[i], v[source + j + i * stride], sum);
            }
            output.values()[target + j] = sum;
        }
    }
}
