package dev.psyne.node;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.SchemaFile;
import dev.psyne.rpc.SchemaFile.Language;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne gen}: what a schema file is in other languages and to peers, and whether a newer one breaks older peers. */
@Command(
        name = "gen",
        description = "Writes Java, Python and TypeScript from a schema file, and checks its changes.",
        sortOptions = false)
final class GenCommand implements Callable<Integer> {
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Terminal terminal;

    @Parameters(paramLabel = "SCHEMA", description = "The schema file.")
    private Path file = Path.of("");

    @Option(
            names = "--java",
            paramLabel = "DIR",
            description = "Write records, enums and interfaces below this folder.")
    private @Nullable Path java;

    @Option(names = "--python", paramLabel = "DIR", description = "Write a typed module into this folder.")
    private @Nullable Path python;

    @Option(names = "--typescript", paramLabel = "DIR", description = "Write a module of types into this folder.")
    private @Nullable Path typescript;

    @Option(
            names = "--check",
            paramLabel = "OLD",
            description = "Refuse what peers of this older file would not understand.")
    private @Nullable Path older;

    @Option(names = "--canonical", description = "Print what peers exchange, with its fingerprint.")
    private boolean canonical;

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    GenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Map<Language, Path> folders = new EnumMap<>(Language.class);
        put(folders, Language.JAVA, java);
        put(folders, Language.PYTHON, python);
        put(folders, Language.TYPESCRIPT, typescript);
        if (folders.isEmpty() && older == null && !canonical) {
            throw new IllegalArgumentException(
                    "there is nothing to do; give --java, --python or --typescript with a folder, --check or --canonical");
        }
        SchemaFile schema = read(file);
        if (older != null && breaks(read(older), schema)) {
            return ExitCode.FAILED;
        }
        write(sources(schema, folders));
        if (canonical) {
            schema.exchanged()
                    .forEach(each -> terminal.out()
                            .print("// " + each.name() + " " + each.fingerprint() + "\n" + each.canonical()));
            terminal.out().flush();
        }
        return ExitCode.DONE;
    }

    private static void put(Map<Language, Path> folders, Language language, @Nullable Path folder) {
        if (folder != null) {
            folders.put(language, folder);
        }
    }

    private boolean breaks(SchemaFile was, SchemaFile is) {
        List<String> breaks = was.breaks(is);
        breaks.forEach(each -> terminal.error(file + ": " + each));
        return !breaks.isEmpty();
    }

    private static SchemaFile read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAX_FILE_BYTES) {
            throw new SchemaException("the file has " + bytes + " bytes; at most " + MAX_FILE_BYTES + " are read")
                    .in(file.toString());
        }
        // A byte that is no UTF-8 is told at its place, and in a comment it is nothing.
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        try {
            return SchemaFile.parse(text);
        } catch (SchemaException e) {
            throw e.in(file.toString());
        }
    }

    private Map<Path, String> sources(SchemaFile schema, Map<Language, Path> folders) {
        Map<Path, String> sources = new TreeMap<>();
        folders.forEach((language, folder) -> {
            try {
                schema.sources(language).forEach((path, text) -> sources.put(folder.resolve(path), text));
            } catch (SchemaException e) {
                throw e.in(file.toString());
            }
        });
        return sources;
    }

    private void write(Map<Path, String> sources) throws IOException {
        for (Path source : sources.keySet()) {
            if (Files.exists(source) && !isGenerated(source)) {
                throw new IllegalStateException(source + " is there and was not written by this command; nothing was"
                        + " written: move it away, or give another folder.");
            }
        }
        for (Map.Entry<Path, String> source : sources.entrySet()) {
            Path parent = source.getKey().toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(source.getKey(), source.getValue());
            terminal.out().println(source.getKey());
        }
    }

    private static boolean isGenerated(Path source) throws IOException {
        try (var in = Files.newInputStream(source)) {
            return new String(in.readNBytes(SchemaFile.MARKER.length() + 4), StandardCharsets.UTF_8)
                    .contains(SchemaFile.MARKER);
        }
    }
}
