package dev.psyne.bench;

import dev.psyne.bench.channel.ChannelBench;
import dev.psyne.bench.fiber.FiberBench;
import dev.psyne.bench.hypha.HyphaBench;
import dev.psyne.bench.memory.MemoryBench;
import dev.psyne.bench.rpc.RpcBench;
import dev.psyne.bench.tensor.TensorBench;
import dev.psyne.bench.vlm.VlmBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne bench AREA}: measures an area and prints its rows. */
@Command(name = "bench", description = "Measures an area: us and the peer, or the target, in one run.")
public final class Bench implements Callable<Integer> {
    /** Two noisy cores: a figure within this share of the earlier one is the same figure. */
    private static final double TOLERANCE = 0.15;

    @Parameters(paramLabel = "AREA", description = "ask, channel, fiber, hypha, memory, rpc, soak, tensor or vlm")
    private String area = "";

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    @Option(names = "--markdown", description = "Print a Markdown table.")
    private boolean asMarkdown;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Print the rows of an earlier run's JSON instead of measuring.")
    private @Nullable Path from;

    @Option(
            names = "--keep-disturbed",
            description = "channel: count rounds in which other processes used the cores, too.")
    private boolean keepsDisturbed;

    @Option(
            names = "--peers",
            paramLabel = "DIR",
            description =
                    "fiber, hypha, vlm: a folder with the peers' programs, rustfiber/, hypha/ and llama/; without it they are left out.")
    private @Nullable Path peers;

    @Option(names = "--only", paramLabel = "PREFIX", description = "Only the rows whose names begin so.")
    private String only = "";

    @Option(names = "--baseline", description = "An earlier run's JSON; names the rows that got worse.")
    private @Nullable Path baseline;

    /**
     * Runs the command and exits with its code.
     *
     * @param arguments the words behind {@code psyne bench}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("psyne.home", ""));
        Area measured = areas().get(area);
        if (measured == null) {
            System.err.println(
                    "psyne: there is no bench '" + area + "'; there are: " + String.join(", ", areas().keySet()));
            return CommandLine.ExitCode.USAGE;
        }
        Report report = from == null ? measure(measured, home) : read(from);
        if (asMarkdown) {
            out.print(MarkdownTable.of(report));
            out.flush();
        } else if (asJson) {
            out.println(report.json());
        } else {
            report.print(out);
        }
        return baseline == null ? CommandLine.ExitCode.OK : compare(report, baseline);
    }

    private Report measure(Area measured, Path home) throws IOException, InterruptedException {
        return new Report(area, MachineLine.read(), wanted(measured.rows(home, only)));
    }

    private Report read(Path file) throws IOException {
        Report earlier = Report.parse(Files.readString(file));
        return new Report(earlier.area(), earlier.machine(), wanted(earlier.rows()));
    }

    private List<Row> wanted(List<Row> rows) {
        return rows.stream().filter(row -> row.name().startsWith(only)).toList();
    }

    private static void note(String line) {
        System.err.println("psyne: " + line);
    }

    private Map<String, Area> areas() {
        Map<String, Area> areas = new LinkedHashMap<>();
        areas.put("ask", (home, only) -> new AskBench().run(home));
        areas.put("channel", (home, only) -> new ChannelBench(keepsDisturbed, Bench::note).run(only));
        areas.put("fiber", (home, only) -> new FiberBench(peers, Bench::note).run(only));
        areas.put("hypha", (home, only) -> new HyphaBench(home, peers, Bench::note).run(only));
        areas.put("memory", (home, only) -> new MemoryBench(Bench::note).run(only));
        areas.put("rpc", (home, only) -> new RpcBench(home, peers, Bench::note).run(only));
        areas.put("soak", (home, only) -> new SmallBench().soak(home));
        areas.put("tensor", (home, only) -> new TensorBench(Bench::note).run(only));
        areas.put("vlm", (home, only) -> new VlmBench(home, peers, Bench::note).run(only));
        return areas;
    }

    private static int compare(Report report, Path baseline) throws IOException {
        Report earlier = Report.parse(Files.readString(baseline));
        List<String> worse = report.rows().stream()
                .flatMap(row -> earlier.rows().stream()
                        .filter(old -> row.isComparable(old))
                        .map(old -> row.worseThan(old, TOLERANCE))
                        .flatMap(Optional::stream))
                .toList();
        worse.forEach(line -> System.err.println("worse: " + line));
        return worse.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    @FunctionalInterface
    private interface Area {
        List<Row> rows(Path home, String only) throws IOException, InterruptedException;
    }
}
