package dev.psyne.node;

import dev.psyne.channel.ChannelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code psyne stat}: the schedulers, models and channels of this user's processes, alive or dead, once or again and again. */
@Command(
        name = "stat",
        description = "Shows the schedulers, models and channels of this user's processes, alive or dead.")
final class StatCommand implements Callable<Integer> {
    private static final Duration SHORTEST_WATCH = Duration.ofMillis(100);

    private final Terminal terminal;

    @Option(names = "--json", description = "Print one JSON document (with --watch one a line).")
    private boolean asJson;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "1",
            paramLabel = "SECONDS",
            description = "Look again every so many seconds, with rates, until interrupted.")
    private @Nullable Double watchSeconds;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where the channels are.")
    private @Nullable Path directory;

    StatCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChannelDirectory channels = directory == null ? ChannelDirectory.standard() : ChannelDirectory.at(directory);
        ChannelTable table = new ChannelTable();
        if (watchSeconds == null) {
            show(table, ChannelTable.Look.at(channels));
            return ExitCode.DONE;
        }
        Duration pause = Duration.ofMillis((long) (watchSeconds * 1000));
        if (pause.compareTo(SHORTEST_WATCH) < 0) {
            throw new IllegalArgumentException("--watch is " + watchSeconds + "; it must be 0.1 seconds or more");
        }
        while (!Thread.currentThread().isInterrupted() && !terminal.out().checkError()) {
            show(table, ChannelTable.Look.at(channels));
            Thread.sleep(pause);
        }
        return ExitCode.DONE;
    }

    private void show(ChannelTable table, ChannelTable.Look look) {
        terminal.out().println(asJson ? table.json(look) : table.text(look));
        terminal.out().flush();
    }
}
