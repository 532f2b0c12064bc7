package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.Region;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne ask IMAGE QUESTION}: answers on standard output, token by token, without a node. */
@Command(name = "ask", description = "Answers a question about a picture.", sortOptions = false)
final class AskCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "A PNG, JPEG or WebP file.")
    private Path image = Path.of("");

    @Parameters(index = "1", paramLabel = "QUESTION", description = "The question, in quotes.")
    private String question = "";

    @Option(names = "--model", description = "Folder or name of the model; the embedded one without it.")
    private @Nullable String model;

    @Option(names = "--temperature", defaultValue = "0", description = "0 always takes the likeliest token.")
    private double temperature;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the sampling.")
    private long seed;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    AskCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isRegularFile(image)) {
            throw new NoSuchFileException(image.toString());
        }
        ModelSource source = model == null ? ModelSource.embedded() : ModelSource.of(model);
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model loaded = Model.load(source.path(), scheduler, source.options());
                Region file = Region.mapReadOnly(image)) {
            Conversation conversation =
                    Conversation.about(new ImageDecoder(ImageLimits.standard()).decode(file.segment()), question);
            Sampling sampling = temperature > 0 ? Sampling.topP(temperature, 1, seed) : Sampling.greedy();
            print(loaded.info().name(), loaded.answer(conversation, sampling, this::show));
        }
        return ExitCode.DONE;
    }

    private boolean show(Token token) {
        if (!asJson) {
            terminal.out().print(token.text());
            terminal.out().flush();
        }
        return !terminal.out().checkError();
    }

    private void print(String name, Answer answer) {
        if (!asJson) {
            terminal.out().println();
            return;
        }
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode().put("model", name).put("question", question);
        AnswerFields.write(root, answer);
        terminal.out().println(json.writeValueAsString(root));
    }
}
