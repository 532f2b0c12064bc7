package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention over pages against double precision: odd shapes, groups, several sequences at once. */
class PagedAttentionTest {
    private static final double BOUND = 2e-5;
    private static final int LAYERS = 2;

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    /** One sequence as plain rows, and as a cache. */
    private record Sequence(Rows keys, Rows values, KeyValueCache cache, int past, int count, boolean causal) {
        static Sequence random(Random random, KeyValueShape shape, int layer) {
            int past = random.nextInt(80);
            int count = 1 + random.nextInt(random.nextBoolean() ? 2 : 50);
            Rows keys = randomRows(random, past + count, shape.width());
            Rows values = randomRows(random, past + count, shape.width());
            KeyValueCache cache = new KeyValueCache(shape);
            for (int page = 0; page < shape.pages(past + count); page++) {
                // What was there before must not be seen.
                float[] memory = new float[shape.pageFloats()];
                Arrays.fill(memory, Float.NaN);
                cache.append(memory);
            }
            int before = random.nextInt(past + 1);
            cache.store(layer, 0, before, keys, values, 0);
            cache.store(layer, before, past + count - before, keys, values, before);
            return new Sequence(keys, values, cache, past, count, random.nextBoolean());
        }

        int visible(int row) {
            return causal ? past + row + 1 : past + count;
        }
    }

    @ParameterizedTest
    @EnumSource
    void spansMatchDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(11);
        for (int round = 0; round < 40; round++) {
            KeyValueShape shape = new KeyValueShape(LAYERS, 1 + random.nextInt(3), 1 + random.nextInt(70));
            int group = 1 + random.nextInt(5);
            int layer = random.nextInt(LAYERS);
            List<Sequence> sequences = new ArrayList<>();
            List<AttentionSpan> spans = new ArrayList<>();
            int rows = random.nextInt(3);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                Sequence sequence = Sequence.random(random, shape, layer);
                sequences.add(sequence);
                spans.add(new AttentionSpan(
                        sequence.cache(), rows, sequence.count(), sequence.past(), sequence.causal()));
                rows += sequence.count() + random.nextInt(2);
            }
            Rows queries = randomRows(random, rows, group * shape.width() + 3).columns(2, group * shape.width());
            Rows output = Rows.allocate(rows, group * shape.width());
            kernels.attention(layer, spans, queries, output);
            for (int i = 0; i < spans.size(); i++) {
                check(sequences.get(i), spans.get(i), shape, group, queries, output);
            }
        }
    }

    private static void check(
            Sequence sequence, AttentionSpan span, KeyValueShape shape, int group, Rows queries, Rows output) {
        for (int row = 0; row < span.count(); row++) {
            for (int column = 0; column < queries.width(); column++) {
                int head = column / shape.headWidth();
                int key = head / group * shape.headWidth();
                double expected = Reference.attention(
                        queries.columns(head * shape.headWidth(), shape.headWidth()),
                        sequence.keys().columns(key, shape.headWidth()),
                        sequence.values().columns(key, shape.headWidth()),
                        span.firstRow() + row,
                        column % shape.headWidth(),
                        shape.headWidth(),
                        sequence.visible(row));
                assertEquals(expected, output.values()[output.index(span.firstRow() + row) + column], BOUND);
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        KeyValueShape shape = new KeyValueShape(1, 2, 8);
        KeyValueCache cache = KeyValueCache.allocate(shape, 40);
        assertEquals(64, cache.capacity());
        assertThrows(IllegalArgumentException.class, () -> new AttentionSpan(cache, 0, 2, 63, true));
        assertThrows(IllegalArgumentException.class, () -> cache.append(new float[3]));
        assertThrows(IllegalArgumentException.class, () -> new KeyValueShape(1 << 12, 1 << 8, 1 << 8));
        Rows rows = Rows.allocate(4, 16);
        assertThrows(IllegalArgumentException.class, () -> cache.store(1, 0, 1, rows, rows, 0));
        assertThrows(IllegalArgumentException.class, () -> cache.store(0, 0, 1, rows, rows, 64));
        Kernels kernels = Kernels.create(scheduler, KernelChoice.BEST);
        List<AttentionSpan> spans = List.of(new AttentionSpan(cache, 0, 2, 0, true));
        Rows odd = Rows.allocate(4, 24);
        assertThrows(IllegalArgumentException.class, () -> kernels.attention(0, spans, odd, odd));
        assertThrows(IllegalArgumentException.class, () -> kernels.attention(1, spans, rows, rows));
        float[] last = cache.page(1);
        assertSame(last, cache.removeLast());
        assertEquals(32, cache.capacity());
    }

    @ParameterizedTest
    @EnumSource
    void layerNormAndGateMatchDoublePrecision(KernelChoice choice) {
        Kernels kernels = Kernels.create(scheduler, choice);
        Random random = new Random(12);
        for (int width = 1; width < 60; width++) {
            Rows rows = randomRows(random, 3, 2 * width);
            float[] weight = randomRows(random, 1, width).values();
            float[] bias = randomRows(random, 1, width).values();
            Rows gated = Rows.allocate(3, width);
            kernels.swiGlu(3, rows, gated);
            Rows normal = Rows.allocate(3, width);
            kernels.layerNorm(3, rows.columns(0, width), weight, bias, 1e-3f, normal);
            for (int row = 0; row < 3; row++) {
                double[] x = new double[width];
                for (int i = 0; i < width; i++) {
                    x[i] = rows.values()[rows.index(row) + i];
                    double gate = x[i] / (1 + Math.exp(-x[i])) * rows.values()[rows.index(row) + width + i];
                    assertEquals(gate, gated.values()[gated.index(row) + i], 1e-6);
                }
                double mean = Arrays.stream(x).average().orElseThrow();
                double variance = Arrays.stream(x)
                        .map(value -> Math.pow(value - mean, 2))
                        .average()
                        .orElseThrow();
                for (int i = 0; i < width; i++) {
                    double expected = (x[i] - mean) / Math.sqrt(variance + 1e-3) * weight[i] + bias[i];
                    assertEquals(expected, normal.values()[normal.index(row) + i], 2e-5);
                }
            }
        }
    }

    @Test
    void rotationKeepsLengthsAndDependsOnDistanceOnly() {
        RotaryEmbedding table = new RotaryEmbedding(500, 6, 10000);
        Random random = new Random(13);
        Rows rows = randomRows(random, 2, 12);
        float[] before = rows.values().clone();
        table.rotate(0, 1, rows, 0);
        assertArrayEquals(before, rows.values());
        double expected = dotAt(table, before, 3, 5);
        assertEquals(expected, dotAt(table, before, 490, 492), 1e-4);
        assertThrows(IllegalArgumentException.class, () -> table.rotate(0, 2, rows, 499));
        assertThrows(IllegalArgumentException.class, () -> new RotaryEmbedding(5, 3, 10000));
    }

    private static double dotAt(RotaryEmbedding table, float[] values, int first, int second) {
        Rows rows = Rows.allocate(2, 12);
        System.arraycopy(values, 0, rows.values(), 0, values.length);
        table.rotate(0, 1, rows, first);
        table.rotate(1, 1, rows, second);
        double dot = 0;
        for (int i = 0; i < 12; i++) {
            dot += rows.values()[i] * rows.values()[rows.index(1) + i];
        }
        return dot;
    }

    private static Rows randomRows(Random random, int capacity, int width) {
        Rows rows = Rows.allocate(capacity, width);
        for (int i = 0; i < rows.values().length; i++) {
            rows.values()[i] = random.nextFloat(-1, 1);
        }
        return rows;
    }
}
