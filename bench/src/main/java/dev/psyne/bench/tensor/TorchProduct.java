package dev.psyne.bench.tensor;

import dev.psyne.bench.PeerProgram;
import dev.psyne.bench.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The product of {@link QuantizedProducts} by PyTorch's {@code _int_mm}, rows quantised and sums scaled as ours are. */
final class TorchProduct {
    private static final String PROGRAM = """
            import sys, time, torch
            threads, count, inputs, outputs, rounds = map(int, sys.argv[1:])
            torch.set_num_threads(threads)
            rows = torch.rand(count, inputs) * 2 - 1
            # The faster of both orders: what transposing gives without a copy.
            weights = torch.randint(-63, 64, (outputs, inputs), dtype=torch.int8).t()
            scales = torch.rand(outputs)

            def multiply():
                scale = rows.abs().amax(1, keepdim=True) / 127
                return torch._int_mm(torch.round(rows / scale).to(torch.int8), weights) * scale * scales

            multiply()
            times = []
            for _ in range(rounds):
                begin = time.perf_counter()
                multiply()
                times.append(time.perf_counter() - begin)
            print(2e-9 * count * inputs * outputs / sorted(times)[rounds // 2])
            """;

    private TorchProduct() {}

    static String name(int threads) {
        return QuantizedProducts.name(threads) + " beside PyTorch";
    }

    /** A row with what we reached just before. */
    static Row row(int threads, double ours) throws IOException, InterruptedException {
        String printed = PeerProgram.run(
                "PyTorch (name a Python that has it in PSYNE_PYTHON)",
                Path.of("."),
                List.of(
                        PeerProgram.python(),
                        "-c",
                        PROGRAM,
                        Integer.toString(threads),
                        Integer.toString(QuantizedProducts.COUNT),
                        Integer.toString(QuantizedProducts.INPUTS),
                        Integer.toString(QuantizedProducts.OUTPUTS),
                        Integer.toString(Repeated.ROUNDS)));
        double theirs = Double.parseDouble(printed.strip());
        return new Row(name(threads), "GOP/s", Row.Better.HIGHER, ours, "PyTorch, quantised rows + _int_mm", theirs, 1);
    }
}
