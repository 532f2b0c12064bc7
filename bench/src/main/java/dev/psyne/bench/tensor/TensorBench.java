package dev.psyne.bench.tensor;

import ai.onnxruntime.OrtException;
import dev.psyne.bench.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The area {@code tensor}: products of F32 matrices beside OpenBLAS, of I8 matrices beside onnxruntime and PyTorch, with one
 * thread and with two, how fast the products of a single row read weights from memory, and the other kernels beside plain
 * loops. What is left out is said.
 */
public final class TensorBench {
    private static final int[] THREADS = {1, 2};
    private static final int[] SIZES = {512, 768, 1056};

    private final Consumer<String> notes;

    /**
     * The bench.
     *
     * @param notes takes a line for what is left out and why
     */
    public TensorBench(Consumer<String> notes) {
        this.notes = notes;
    }

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (isWanted(FloatProducts.NAME, prefix)) {
            floatProducts(rows, prefix);
        }
        if (isWanted(QuantizedProducts.NAME, prefix)) {
            quantizedProducts(rows);
        }
        if (isWanted(RowProducts.NAME, prefix)) {
            for (int threads : THREADS) {
                rows.addAll(RowProducts.rows(threads));
            }
        }
        if (isWanted(OtherKernels.NAME, prefix)) {
            rows.addAll(OtherKernels.rows(THREADS.length));
        }
        return rows;
    }

    private void floatProducts(List<Row> rows, String prefix) throws IOException, InterruptedException {
        try {
            OpenBlas peer = OpenBlas.load();
            for (int threads : THREADS) {
                for (int size : SIZES) {
                    if (isWanted(FloatProducts.name(size, threads), prefix)) {
                        rows.add(FloatProducts.row(peer, size, threads));
                    }
                }
            }
        } catch (UnsupportedOperationException missing) {
            leaveOut(FloatProducts.NAME, missing);
        }
    }

    private void quantizedProducts(List<Row> rows) throws InterruptedException {
        for (int threads : THREADS) {
            try {
                Row row = QuantizedProducts.row(threads);
                rows.add(row);
                rows.add(TorchProduct.row(threads, row.ours()));
            } catch (OrtException | UnsatisfiedLinkError missing) {
                leaveOut(QuantizedProducts.name(threads), missing);
            } catch (IOException missing) {
                leaveOut(TorchProduct.name(threads), missing);
            }
        }
    }

    private void leaveOut(String what, Throwable why) {
        notes.accept("left out, " + what + ": " + why.getMessage());
    }

    private static boolean isWanted(String part, String prefix) {
        return part.startsWith(prefix) || prefix.startsWith(part);
    }
}
