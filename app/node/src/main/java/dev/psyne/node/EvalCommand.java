package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Evaluation;
import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationOptions.MissingPicture;
import dev.psyne.vlm.EvaluationReport;
import dev.psyne.vlm.Model;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code psyne eval}: a model's score on questions in the files of VQA v2 or CLEVR, beside what takes no model. */
@Command(
        name = "eval",
        description = "Scores a model on the questions of VQA v2 or CLEVR.",
        sortOptions = false,
        footer = {"", "Ctrl-C stops; with --results, the same command with --resume goes on."})
final class EvalCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Option(names = "--questions", paramLabel = "FILE", required = true, description = "The questions file.")
    private Path questions = Path.of("");

    @Option(names = "--annotations", paramLabel = "FILE", description = "The annotations of VQA; CLEVR has none.")
    private @Nullable Path annotations;

    @Option(names = "--images", paramLabel = "DIR", required = true, description = "The directory of the pictures.")
    private Path images = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH",
            description = "Folder or name of the model; the embedded one without it.")
    private @Nullable String model;

    @Option(names = "--taught", description = "With what the model was taught, as ask and serve have it.")
    private boolean taught;

    @Option(names = "--limit", paramLabel = "N", description = "Ask at most N questions, drawn by the seed.")
    private @Nullable Long limit;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Seed of what is drawn: 1.")
    private long seed;

    @Option(names = "--shuffle-images", description = "Ask each question about another's picture too: the blind score.")
    private boolean shuffleImages;

    @Option(
            names = "--missing",
            paramLabel = "skip|fail",
            defaultValue = "fail",
            converter = MissingPictureName.class,
            description = "What is done when a picture is missing or broken: fail.")
    private MissingPicture missing = MissingPicture.FAIL;

    @Option(
            names = "--pictures-at-once",
            paramLabel = "N",
            description = "Pictures looked at at the same time; one for each processor without it.")
    private @Nullable Integer picturesAtOnce;

    @Option(
            names = "--results",
            paramLabel = "OUT.json",
            description = "Write the answers here in the official form, and a journal beside them.")
    private @Nullable Path results;

    @Option(names = "--resume", description = "Go on with the journal beside the results, if there is one.")
    private boolean resume;

    @Option(names = "--report", paramLabel = "OUT.html", description = "Write a page with tables and pictures.")
    private @Nullable Path page;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    EvalCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws InterruptedException {
        EvaluationOptions options = options();
        ModelSource source = model == null ? ModelSource.embedded() : ModelSource.of(model, store);
        terminal.passing("psyne: reading the questions");
        Evaluation evaluation = Evaluation.open(options);
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model loaded = Model.load(
                        source.path(),
                        scheduler,
                        source.options(),
                        progress -> ModelReport.progress(terminal, progress))) {
            if (taught) {
                TaughtCommand.requireTeachable(loaded, source.name());
                TaughtStore.tell(loaded, store, terminal);
            }
            run(evaluation, options, loaded, scheduler);
        }
        return ExitCode.DONE;
    }

    private EvaluationOptions options() {
        EvaluationOptions options = EvaluationOptions.of(questions, Optional.ofNullable(annotations), images)
                .withSample(limit == null ? OptionalLong.empty() : OptionalLong.of(limit), seed)
                .withShuffleImages(shuffleImages)
                .withMissing(missing)
                .withResults(Optional.ofNullable(results), resume)
                .withReport(Optional.ofNullable(page));
        return picturesAtOnce == null ? options : options.withPicturesAtOnce(picturesAtOnce);
    }

    /** Asks and prints; an interrupt of the process waits until all is written that is needed to go on. */
    private void run(Evaluation evaluation, EvaluationOptions options, Model loaded, Scheduler scheduler)
            throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        CountDownLatch written = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            cancellation.cancel();
            awaitQuietly(written);
        }));
        try {
            EvaluationReport report = evaluation.run(loaded, scheduler, cancellation, new EvalProgress(terminal));
            terminal.passed();
            EvalOutput.print(terminal, asJson, report, options);
        } finally {
            written.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
