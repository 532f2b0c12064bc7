package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.Region;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code psyne ask IMAGE… QUESTION}: answers on standard output, token by token, without a node. */
@Command(name = "ask", description = "Answers a question about a picture, or about several.", sortOptions = false)
final class AskCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    /** At least a picture and the question. */
    @Parameters(
            arity = "2..*",
            paramLabel = "IMAGE... QUESTION",
            hideParamSyntax = true,
            description = "PNG, JPEG or WebP files, and behind them the question, in quotes.")
    private List<String> imagesAndQuestion = List.of();

    @Option(names = "--model", description = "Folder or name of the model; the embedded one without it.")
    private @Nullable String model;

    @Option(names = "--temperature", defaultValue = "0", description = "0 always takes the likeliest token.")
    private double temperature;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the sampling.")
    private long seed;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    AskCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Path> images = images();
        for (Path image : images) {
            if (!Files.isRegularFile(image)) {
                throw new NoSuchFileException(image.toString());
            }
        }
        ModelSource source = model == null ? ModelSource.embedded() : ModelSource.of(model, store);
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model loaded = Model.load(source.path(), scheduler, source.options())) {
            if (loaded.isTeachable()) {
                TaughtStore.tell(loaded, store, terminal);
            }
            Conversation conversation = conversation(images);
            loaded.check(conversation);
            sayWhatIsNotLookedAt(loaded.info(), images.size());
            Sampling sampling = temperature > 0 ? Sampling.topP(temperature, 1, seed) : Sampling.greedy();
            print(loaded.info().name(), loaded.answer(conversation, sampling, this::show));
        }
        return ExitCode.DONE;
    }

    private List<Path> images() {
        List<Path> images = imagesAndQuestion.subList(0, imagesAndQuestion.size() - 1).stream()
                .map(Path::of)
                .toList();
        if (images.size() > Question.MAX_PICTURES) {
            throw new QuestionException(
                    "The question has " + images.size() + " pictures; ask with at most " + Question.MAX_PICTURES + ".");
        }
        return images;
    }

    private String question() {
        return imagesAndQuestion.getLast();
    }

    private void sayWhatIsNotLookedAt(ModelInfo info, int images) {
        int most = info.questionPictures();
        if (most > 0 && images > most) {
            terminal.error(info.name() + " looks at the last " + (most == 1 ? "picture" : most + " pictures")
                    + " of a question alone.");
        }
    }

    private Conversation conversation(List<Path> images) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.standard());
        List<Conversation.Part> parts = new ArrayList<>();
        for (Path image : images) {
            try (Region file = Region.mapReadOnly(image)) {
                parts.add(new Conversation.Image(decoder.decode(file.segment())));
            }
        }
        parts.add(new Conversation.Text(question()));
        return new Conversation(List.of(new Conversation.Turn(Conversation.Role.USER, parts)));
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
        ObjectNode root = json.createObjectNode().put("model", name).put("question", question());
        AnswerFields.write(root, answer);
        terminal.out().println(json.writeValueAsString(root));
    }
}
