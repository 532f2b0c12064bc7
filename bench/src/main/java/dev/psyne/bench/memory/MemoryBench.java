package dev.psyne.bench.memory;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The area {@code memory}: the allocator, huge pages, and bulk operations. */
public final class MemoryBench {
    private static final String ALLOCATOR = "allocator";
    private static final String HUGE_PAGES = "huge pages";
    private static final List<String> BULK = List.of("copy", "fill", "compare", "CRC-32C", "XXH3");

    private final Consumer<String> notes;

    /**
     * The bench.
     *
     * @param notes takes a line for what is left out and why
     */
    public MemoryBench(Consumer<String> notes) {
        this.notes = notes;
    }

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (isWanted(ALLOCATOR, prefix)) {
            rows.addAll(new AllocatorBench().rows());
        }
        if (BULK.stream().anyMatch(part -> isWanted(part, prefix))) {
            rows.addAll(new BulkBench().rows());
        }
        if (isWanted(HUGE_PAGES, prefix)) {
            rows.addAll(new HugePagesBench(notes).rows());
        }
        return rows;
    }

    private static boolean isWanted(String part, String prefix) {
        return part.startsWith(prefix) || prefix.startsWith(part);
    }
}
