package dev.psyne.bench.memory;

import dev.psyne.bench.Row;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Both areas by hand: {@code java -XX:MaxDirectMemorySize=2g -cp … dev.psyne.bench.memory.MemoryBench [allocator|bulk]}. */
public final class MemoryBench {
    private MemoryBench() {}

    /**
     * Prints the rows.
     *
     * @param arguments {@code allocator}, {@code bulk}, or nothing for both
     * @throws Exception what a contestant threw
     */
    public static void main(String[] arguments) throws Exception {
        List<String> areas = arguments.length == 0 ? List.of("allocator", "bulk") : List.of(arguments);
        List<Row> rows = new ArrayList<>();
        if (areas.contains("allocator")) {
            rows.addAll(new AllocatorBench().rows());
        }
        if (areas.contains("bulk")) {
            rows.addAll(new BulkBench().rows());
        }
        print(System.out, rows);
    }

    private static void print(PrintStream out, List<Row> rows) {
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%-44s %9.3f %-5s %-22s %9.3f  ratio %7.3f  goal %4.2f%n",
                    row.name(),
                    row.ours(),
                    row.unit(),
                    row.peer(),
                    row.value(),
                    row.ours() / row.value(),
                    row.goal());
        }
    }
}
