package dev.psyne.bench.hypha;

import dev.psyne.bench.Row;
import dev.psyne.bench.ServedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code psyne bench hypha}. */
public final class HyphaBench {
    private final Path home;
    private final @Nullable Path peers;
    private final Consumer<String> notes;

    /**
     * A bench of the node at {@code home}.
     *
     * @param peers holds {@code hypha/}, the clients and the reference server; without it the rows beside it are left out
     * @param notes is told what is left out, and why
     */
    public HyphaBench(Path home, @Nullable Path peers, Consumer<String> notes) {
        this.home = home;
        this.peers = peers;
        this.notes = notes;
    }

    /** Measures the rows whose names begin with {@code only}, as far as whole groups of rows can be left out. */
    public List<Row> run(String only) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        if (begins(ClientRows.NAMES, only)) {
            try (ServedNode node = ServedNode.start(home)) {
                rows.addAll(new ClientRows(node).run());
            }
        }
        if (begins(CallRows.NAMES, only)) {
            try (ServedNode node = ServedNode.start(home)) {
                rows.addAll(new CallRows(node).run());
            }
        }
        if (begins(ArrayRows.NAMES, only)) {
            rows.addAll(besidePeer((folder, node) -> new ArrayRows(folder, node).run()));
        }
        if (begins(EchoRows.NAMES, only)) {
            rows.addAll(besidePeer((folder, node) -> new EchoRows(folder, node.uri()).run()));
        }
        return rows;
    }

    private interface Rows {
        List<Row> run(Path folder, ServedNode node) throws IOException, InterruptedException;
    }

    private List<Row> besidePeer(Rows measured) throws IOException, InterruptedException {
        if (peers == null) {
            notes.accept("hypha-rpc's clients and server are left out: name their folder with --peers");
            return List.of();
        }
        try (ServedNode node = ServedNode.start(home)) {
            return measured.run(peers.resolve("hypha").toAbsolutePath(), node);
        } catch (IOException missing) {
            notes.accept("hypha-rpc's clients and server are left out: " + missing.getMessage());
            return List.of();
        }
    }

    private static boolean begins(List<String> names, String only) {
        return names.stream().anyMatch(name -> name.startsWith(only) || only.startsWith(name));
    }
}
