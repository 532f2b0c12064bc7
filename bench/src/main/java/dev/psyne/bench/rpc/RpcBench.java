package dev.psyne.bench.rpc;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code psyne bench rpc}. */
public final class RpcBench {
    /** Measures the rows whose names begin with {@code only}, as far as whole groups of rows can be left out. */
    public List<Row> run(String only) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (begins(CodecRows.ENCODE, only) || begins(CodecRows.DECODE, only)) {
            rows.addAll(new CodecRows().run());
        }
        return rows;
    }

    private static boolean begins(String name, String only) {
        return name.startsWith(only) || only.startsWith(name);
    }
}
