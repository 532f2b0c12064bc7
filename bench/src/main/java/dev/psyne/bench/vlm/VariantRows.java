package dev.psyne.bench.vlm;

import dev.psyne.bench.Row;
import dev.psyne.bench.Row.Better;
import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the larger variants of the scene model take, with random weights: none of them is trained, and there is no peer. F32
 * is held against itself, the others against F32. What is computed in four bits is read from a file of eight: the format has
 * no smaller ones.
 */
final class VariantRows {
    private static final String PRECISION_F32 = "F32";
    private static final double BYTES_PER_MEGABYTE = 1e6;
    private static final Map<String, WeightPrecision> HELD = Map.of(
            PRECISION_F32, WeightPrecision.AS_STORED, "INT8", WeightPrecision.INT8, "INT4", WeightPrecision.INT4);

    private final Path embedded;
    private final Path scratch;

    /**
     * The rows.
     *
     * @param embedded the directory of the embedded model, whose words and photo tower the variants have
     */
    VariantRows(Path embedded, Path scratch) {
        this.embedded = embedded;
        this.scratch = scratch;
    }

    /** The figures of one variant in one precision, with the size of its files. */
    private record Measured(VariantProcess.Figures figures, double megabytes) {}

    List<Row> run(String name, String prefix) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (SceneVariant variant : SceneVariant.UNTRAINED) {
            String called = name + variant.name() + " ";
            if (called.startsWith(prefix) || prefix.startsWith(called)) {
                rows.addAll(rows(called, variant));
            }
        }
        return rows;
    }

    private List<Row> rows(String name, SceneVariant variant) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        Path floats = scratch.resolve(variant.name() + "-f32");
        RandomScenes.write(floats, variant, false, embedded);
        Measured plain = measure(floats, PRECISION_F32);
        add(rows, name + PRECISION_F32, plain, plain);
        Path bytes = scratch.resolve(variant.name() + "-i8");
        RandomScenes.write(bytes, variant, true, embedded);
        for (String precision : List.of("INT8", "INT4")) {
            add(rows, name + precision, measure(bytes, precision), plain);
        }
        return rows;
    }

    private static Measured measure(Path directory, String precision) throws IOException, InterruptedException {
        WeightPrecision held = HELD.getOrDefault(precision, WeightPrecision.AS_STORED);
        return new Measured(VariantProcess.of(directory, held), size(directory));
    }

    private static double size(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes / BYTES_PER_MEGABYTE;
    }

    private static void add(List<Row> rows, String name, Measured ours, Measured plain) {
        String called = name + ", random weights, ";
        rows.add(row(called + "a picture seen", "ms", ours.figures.encodeMillis(), plain.figures.encodeMillis()));
        String answer = "an answer of " + VariantProcess.TOKENS + " tokens";
        rows.add(row(called + answer, "ms", ours.figures.answerMillis(), plain.figures.answerMillis()));
        rows.add(row(called + "resident", "MB", ours.figures.residentMegabytes(), plain.figures.residentMegabytes()));
        rows.add(row(called + "files", "MB", ours.megabytes, plain.megabytes));
    }

    private static Row row(String name, String unit, double ours, double plain) {
        return new Row(name, unit, Better.LOWER, ours, "ours in F32", plain, Row.NO_GOAL);
    }
}
