package dev.psyne.bench.rpc;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code psyne bench rpc}. */
public final class RpcBench {
    private final Path home;
    private final @Nullable Path peers;
    private final Consumer<String> notes;

    /**
     * A bench of the node at {@code home}.
     *
     * @param peers holds {@code hypha/}, hypha-rpc's clients and server; without it the rows beside them are left out
     * @param notes is told what is left out, and why
     */
    public RpcBench(Path home, @Nullable Path peers, Consumer<String> notes) {
        this.home = home;
        this.peers = peers;
        this.notes = notes;
    }

    /** Measures the rows whose names begin with {@code only}, as far as whole groups of rows can be left out. */
    public List<Row> run(String only) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (begins(CodecRows.ENCODE, only) || begins(CodecRows.DECODE, only)) {
            rows.addAll(new CodecRows().run());
        }
        if (begins(JvmRows.NAME, only)) {
            rows.addAll(new JvmRows().run());
        }
        if (begins(CostRows.NAME, only)) {
            rows.addAll(besideHypha(folder -> new CostRows(home, folder).run()));
        }
        if (begins(IpcRows.NAME, only)) {
            rows.addAll(new IpcRows().run());
        }
        if (PythonRows.NAMES.stream().anyMatch(name -> begins(name, only))) {
            rows.addAll(besideHypha(folder -> new PythonRows(home, folder).run()));
        }
        return rows;
    }

    /** Rows beside hypha-rpc's programs, which are in a folder that need not be there. */
    @FunctionalInterface
    private interface Beside {
        List<Row> run(Path folder) throws IOException, InterruptedException;
    }

    private List<Row> besideHypha(Beside rows) throws IOException, InterruptedException {
        if (peers == null) {
            notes.accept("hypha-rpc's clients and server are left out: name their folder with --peers");
            return List.of();
        }
        try {
            return rows.run(peers.resolve("hypha").toAbsolutePath());
        } catch (IOException missing) {
            notes.accept("hypha-rpc's clients and server are left out: " + missing.getMessage());
            return List.of();
        }
    }

    private static boolean begins(String name, String only) {
        return name.startsWith(only) || only.startsWith(name);
    }
}
