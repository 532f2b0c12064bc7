package dev.psyne.node;

import dev.psyne.vlm.ModelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne model add}: gives a model a name, after it was loaded and packed once. */
@Command(name = "add", description = "Gives a model a name and packs its weights.", sortOptions = false)
final class ModelAddCommand implements Callable<Integer> {
    private static final String GGUF = ".gguf";

    private final Terminal terminal;
    private final ModelStore store;

    @Parameters(index = "0", paramLabel = "DIR|FILE", description = "A published directory, or a GGUF file.")
    private Path path = Path.of("");

    @Option(names = "--name", description = "What it is called by; the file's own name without it.")
    private @Nullable String name;

    @Option(names = "--beside", description = "Keep packed weights beside the model, not in the cache.")
    private boolean beside;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    ModelAddCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        Path whole = path.toAbsolutePath().normalize();
        String called = name == null ? proposed(whole) : name;
        ModelEntry entry = store.entry(called, whole);
        if (beside) {
            entry = new ModelEntry(called, whole, entry.precision(), directory(whole));
        }
        ModelStore.requireName(called);
        ModelInfo info = ModelReport.load(terminal, entry);
        store.put(entry);
        ModelReport.print(terminal, asJson, entry, info);
        return ExitCode.DONE;
    }

    private static Path directory(Path model) {
        Path directory = Files.isDirectory(model) ? model : model.resolveSibling("");
        if (!Files.isWritable(directory)) {
            throw new IllegalArgumentException(
                    "--beside: " + directory + " cannot be written; leave the option out to use the cache");
        }
        return directory;
    }

    private static String proposed(Path path) {
        String file = String.valueOf(path.getFileName());
        String stem = file.endsWith(GGUF) ? file.substring(0, file.length() - GGUF.length()) : file;
        return stem.replaceAll("[^A-Za-z0-9._-]", "-");
    }
}
