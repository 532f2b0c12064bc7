package dev.psyne.vlm.internal.evaluation;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.EvaluationListener;
import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationReport;
import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An evaluation whose files were read and whose pictures were looked for. */
public final class EvaluationRun {
    private final EvaluationOptions options;
    private final Dataset dataset;
    private final PictureFolder folder;
    private final AskingPlan plan;
    private final ProblemList problems;

    private EvaluationRun(EvaluationOptions options, Dataset dataset, ProblemList problems) {
        this.options = options;
        this.dataset = dataset;
        this.folder = new PictureFolder(options.images());
        this.plan = AskingPlan.of(options, dataset, folder, problems);
        this.problems = problems;
    }

    /** Reads the files. */
    public static EvaluationRun prepare(EvaluationOptions options) {
        ProblemList problems = new ProblemList();
        return new EvaluationRun(
                options, DatasetReader.read(options.questions(), options.annotations(), problems), problems);
    }

    /** Asks a model and writes what the options name. */
    public EvaluationReport run(
            Model model, Scheduler scheduler, Cancellation cancellation, EvaluationListener listener)
            throws InterruptedException {
        ProblemList met = problems.copy();
        try (EntryReader reader = EntryReader.open(dataset)) {
            Scoring scoring = new Scoring(dataset, reader, options.seed());
            Optional<Journal> journal = options.results().map(results -> journal(results, model, scoring));
            long resumed = scoring.count();
            long beginNanos = System.nanoTime();
            Asking asking = new Asking(this, reader, journal, scoring, met, model, listener);
            try {
                asking.run(scheduler, cancellation);
            } finally {
                journal.ifPresent(Journal::close);
                options.results().ifPresent(results -> ResultsFile.write(results, dataset.table()));
            }
            long nanos = System.nanoTime() - beginNanos;
            EvaluationReport report = new EvaluationReport(
                    model.info(),
                    dataset.form().metric().label(),
                    options.questions(),
                    options.annotations(),
                    dataset.table().size(),
                    plan.wanted(),
                    !asking.cut(),
                    options.seed(),
                    scoring.unsure(),
                    scoring.overall(),
                    scoring.commonest(),
                    scoring.board().groups(),
                    met.list(),
                    resumed,
                    asking.asked(),
                    nanos);
            options.report().ifPresent(page -> new ReportPage(report, scoring.samples(), this, reader).write(page));
            return report;
        }
    }

    private Journal journal(Path results, Model model, Scoring scoring) {
        Map<Integer, Integer> blindPictures = plan.blindPictures();
        return Journal.open(results, identity(model), options.resume(), line -> {
            int row = dataset.table().row(line.id());
            if (row == QuestionTable.NONE || !plan.holds(row) || !isPlanned(row, line, blindPictures)) {
                return;
            }
            if (!scoring.has(row, line.blindPicture().isPresent())) {
                scoring.take(row, line);
            }
        });
    }

    /** A blind answer counts as long as the plan has the question at the same picture. */
    private boolean isPlanned(int row, JournalLine line, Map<Integer, Integer> blindPictures) {
        if (line.blindPicture().isEmpty()) {
            return true;
        }
        Integer picture = blindPictures.get(dataset.table().picture(row));
        return picture != null
                && dataset.pictureName(picture).equals(line.blindPicture().get());
    }

    /** What must be the same for answers to belong together. */
    private Map<String, String> identity(Model asked) {
        ModelInfo model = asked.info();
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("model", model.name());
        identity.put("model files", model.sha256().isEmpty() ? model.fileBytes() + " bytes" : model.sha256());
        identity.put("weights", model.weights());
        identity.put("questions", dataset.questionsHash());
        identity.put("annotations", dataset.annotationsHash().isEmpty() ? "none" : dataset.annotationsHash());
        identity.put("images", options.images().toAbsolutePath().normalize().toString());
        identity.put(
                "limit",
                options.limit().isPresent() ? Long.toString(options.limit().getAsLong()) : "none");
        identity.put("seed", Long.toString(options.seed()));
        identity.put("taught", told(asked.known()));
        return identity;
    }

    private static String told(Lessons lessons) {
        return lessons.things().isEmpty()
                ? "nothing"
                : lessons.things().stream()
                        .map(thing -> thing.name() + " at " + thing.taughtAt())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    EvaluationOptions options() {
        return options;
    }

    Dataset dataset() {
        return dataset;
    }

    PictureFolder folder() {
        return folder;
    }

    AskingPlan plan() {
        return plan;
    }
}
