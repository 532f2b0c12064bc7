package dev.psyne.node;

import dev.psyne.vlm.Model;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne model taught}: what a model was taught. */
@Command(
        name = "taught",
        description = "Lists, renames, forgets, exports and imports what a model was taught.",
        synopsisSubcommandLabel = "COMMAND")
final class ModelTaughtCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec specification;

    private ModelTaughtCommand() {}

    /** The command with those below it. */
    static CommandLine of(Terminal terminal, ModelStore models) {
        return new CommandLine(new ModelTaughtCommand())
                .addSubcommand(new Listing(terminal, models))
                .addSubcommand(new Rename(terminal, models))
                .addSubcommand(new Forget(terminal, models))
                .addSubcommand(new Restore(terminal, models))
                .addSubcommand(new Export(terminal, models))
                .addSubcommand(new Import(terminal, models));
    }

    @Override
    public void run() {
        if (specification != null) {
            specification.commandLine().usage(specification.commandLine().getOut());
        }
    }

    @Command(name = "list", description = "Lists what a model was taught.")
    private static final class Listing extends TaughtCommand {
        Listing(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) {
            TaughtStore.Kept kept = store.kept();
            kept.problems().forEach(terminal()::error);
            if (asJson()) {
                ObjectNode root = new JsonMapper().createObjectNode();
                ArrayNode things = root.putArray("taught");
                kept.lessons().things().forEach(thing -> write(things.addObject(), thing));
                ArrayNode problems = root.putArray("problems");
                kept.problems().forEach(problems::add);
                terminal().out().println(root);
                return;
            }
            if (kept.lessons().things().isEmpty()) {
                terminal().out().println("nothing was taught; begin with 'psyne model teach NAME PICTURES...'");
            }
            for (TaughtThing thing : kept.lessons().things()) {
                terminal().out().printf("%-40s %2d pictures  %s%n", thing.name(), thing.pictures(), thing.taughtAt());
            }
        }
    }

    @Command(name = "rename", description = "Gives a taught thing another name.")
    private static final class Rename extends TaughtCommand {
        @Parameters(index = "0", paramLabel = "FROM", description = "Its name.")
        private String from = "";

        @Parameters(index = "1", paramLabel = "TO", description = "Its new name.")
        private String to = "";

        Rename(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) throws IOException {
            print("renamed to", store.rename(from, model.checkName(to)));
        }
    }

    @Command(name = "forget", description = "Forgets a taught thing.")
    private static final class Forget extends TaughtCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
        private String name = "";

        Forget(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) throws IOException {
            String token = store.forget(name);
            terminal()
                    .out()
                    .println(
                            asJson()
                                    ? new JsonMapper()
                                            .createObjectNode()
                                            .put("token", token)
                                            .toString()
                                    : "forgot " + name + "; 'psyne model taught restore " + token + "' brings it back");
        }
    }

    @Command(name = "restore", description = "Brings back what was forgotten.")
    private static final class Restore extends TaughtCommand {
        @Parameters(index = "0", paramLabel = "TOKEN", description = "What 'forget' said.")
        private String token = "";

        Restore(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) throws IOException {
            print("brought back", store.restore(token));
        }
    }

    @Command(name = "export", description = "Writes a taught thing to a file that others can import.")
    private static final class Export extends TaughtCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "New; named after it without it.")
        private @Nullable Path file;

        Export(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) throws IOException {
            TaughtFile taught = store.export(name);
            Path target = file == null ? Path.of(taught.fileName()) : file;
            try {
                Files.write(target, taught.toBytes(), StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                throw new IllegalArgumentException("the file " + target + " is there already; name another", e);
            }
            print("wrote " + target + ":", taught.thing());
        }
    }

    @Command(name = "import", description = "Takes what was exported.")
    private static final class Import extends TaughtCommand {
        @Parameters(index = "0", paramLabel = "FILE", description = "What 'export' wrote.")
        private Path file = Path.of("");

        Import(Terminal terminal, ModelStore models) {
            super(terminal, models);
        }

        @Override
        void run(Model model, TaughtStore store) throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (Files.size(file) > TaughtFile.MAX_BYTES) {
                throw new IllegalArgumentException("the file " + file + " has " + Files.size(file)
                        + " bytes; a taught thing has at most " + TaughtFile.MAX_BYTES);
            }
            print("imported", TaughtThings.take(model, store, Files.readAllBytes(file)));
        }
    }
}
