package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the commands about taught things share: the model, and how a thing is printed. */
abstract class TaughtCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore models;

    @Option(names = "--model", description = "Folder or name of the model; the embedded one without it.")
    private @Nullable String model;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    TaughtCommand(Terminal terminal, ModelStore models) {
        this.terminal = terminal;
        this.models = models;
    }

    /** Does it. */
    abstract void run(Model model, TaughtStore store) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws IOException, InterruptedException {
        ModelSource source = model == null ? ModelSource.embedded() : ModelSource.of(model, models);
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model loaded = Model.load(source.path(), scheduler, source.options())) {
            requireTeachable(loaded, source.name());
            run(loaded, new TaughtStore(models.taught(), loaded.info().sha256()));
        }
        return ExitCode.DONE;
    }

    static void requireTeachable(Model model, String name) {
        if (!model.isTeachable()) {
            throw new IllegalArgumentException(
                    "the model " + name + " cannot be taught things; the embedded model can");
        }
    }

    final Terminal terminal() {
        return terminal;
    }

    final boolean asJson() {
        return asJson;
    }

    /** Prints one thing, and what was done with it. */
    final void print(String done, TaughtThing thing) {
        if (asJson) {
            ObjectNode root = new JsonMapper().createObjectNode();
            write(root, thing);
            terminal.out().println(root);
        } else {
            terminal.out().println(done + " " + thing.name());
        }
    }

    static void write(ObjectNode target, TaughtThing thing) {
        target.put("name", thing.name())
                .put("pictures", thing.pictures())
                .put("taughtAt", thing.taughtAt().toString())
                .put("threshold", thing.threshold());
    }
}
