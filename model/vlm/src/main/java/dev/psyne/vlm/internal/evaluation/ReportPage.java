package dev.psyne.vlm.internal.evaluation;

import dev.psyne.image.ImageException;
import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationProblem;
import dev.psyne.vlm.EvaluationReport;
import dev.psyne.vlm.EvaluationReport.Group;
import dev.psyne.vlm.EvaluationReport.TypeScore;
import dev.psyne.vlm.EvaluationScore;
import dev.psyne.vlm.internal.evaluation.SampleChoice.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report of an evaluation as one page of HTML that needs no other file. */
final class ReportPage {
    private static final double PERCENT = 100;

    private final EvaluationReport report;
    private final SampleChoice samples;
    private final EvaluationRun run;
    private final EntryReader reader;
    private final HtmlText html = new HtmlText();

    ReportPage(EvaluationReport report, SampleChoice samples, EvaluationRun run, EntryReader reader) {
        this.report = report;
        this.samples = samples;
        this.run = run;
        this.reader = reader;
    }

    /** Writes the page; replaces what was there. */
    void write(Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, page());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EvaluationException(file, "cannot be written: " + e, e);
        }
    }

    private String page() throws IOException {
        html.mark("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .mark("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .mark("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                        + " 'unsafe-inline'; img-src data:\">\n")
                .element("title", "Evaluation of " + report.model().name())
                .mark("<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n");
        head();
        overall();
        report.groups().forEach(this::group);
        samples("Right answers", samples.right());
        samples("Wrong answers", samples.wrong());
        problems();
        html.mark("</main>\n</body>\n</html>\n");
        return html.toString();
    }

    private static String style() throws IOException {
        try (InputStream stream = ReportPage.class.getResourceAsStream("report.css")) {
            return new String(Objects.requireNonNull(stream, "report.css").readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void head() {
        html.element("h1", "Evaluation of " + report.model().name());
        if (!report.complete()) {
            html.mark("<p class=\"note\">")
                    .text("Not complete: it was stopped after "
                            + report.overall().questions() + " of " + report.wanted() + " questions.")
                    .mark("</p>\n");
        }
        html.mark("<dl>\n");
        fact("Metric", report.metric());
        fact(
                "Questions",
                report.overall().questions() + " answered of " + report.wanted() + " wanted, of " + report.inFile()
                        + " in " + report.questionsFile().getFileName());
        report.annotationsFile().ifPresent(file -> fact("Annotations", String.valueOf(file.getFileName())));
        fact("Seed", Long.toString(report.seed()));
        fact("Not sure", report.unsure() + " answers");
        fact("Model", report.model().description());
        fact("Weights", report.model().weights());
        if (!report.model().sha256().isEmpty()) {
            fact("SHA-256", report.model().sha256());
        }
        html.mark("</dl>\n");
    }

    private void fact(String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private void overall() {
        html.element("h2", "Overall");
        html.element(
                "p",
                "Majority: always the commonest answer of the question's type in the same file. Constant: always '"
                        + report.commonest()
                        + "', the commonest of all. Blind: the model about the picture of another question"
                        + (report.overall().blindQuestions() == 0 ? "; not measured." : "."));
        openTable("");
        row("all", "", report.overall());
        closeTable();
    }

    private void group(Group group) {
        html.element("h2", "By " + group.name());
        openTable(group.name());
        for (TypeScore type : group.types()) {
            row(type.name(), type.commonest(), type.score());
        }
        closeTable();
    }

    private void openTable(String name) {
        html.mark("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>").element("th", name);
        for (String column : List.of("questions", "score", "blind", "majority", "constant")) {
            html.element("th", column);
        }
        html.mark("</tr></thead>\n<tbody>\n");
    }

    private void row(String name, String commonest, EvaluationScore score) {
        html.mark("<tr>")
                .element("th", name)
                .element("td", Long.toString(score.questions()))
                .mark("<td class=\"score\">")
                .text(percent(score.score()))
                .mark("</td>\n")
                .element("td", score.blind().isPresent() ? percent(score.blind().getAsDouble()) : "–")
                .mark("<td>")
                .text(percent(score.majority()));
        if (!commonest.isEmpty()) {
            html.mark(" <small>").text(commonest).mark("</small>");
        }
        html.mark("</td>\n").element("td", percent(score.constant())).mark("</tr>\n");
    }

    private void closeTable() {
        html.mark("</tbody>\n</table></div>\n");
    }

    private void samples(String title, List<Sample> chosen) {
        if (chosen.isEmpty()) {
            return;
        }
        html.element("h2", title).mark("<ul class=\"samples\">\n");
        for (Sample sample : chosen) {
            sample(sample);
        }
        html.mark("</ul>\n");
    }

    private void sample(Sample sample) {
        QuestionEntry question = reader.question(sample.row());
        html.mark("<li>\n");
        picture(sample.row());
        html.element("h3", question.text())
                .mark("<p class=\"answer\">")
                .text(
                        sample.line().answer().isEmpty()
                                ? "no answer"
                                : sample.line().answer())
                .mark("</p>\n")
                .element(
                        "p",
                        "confidence " + percent(PERCENT * sample.line().confidence()) + " %"
                                + (sample.line().sure() ? "" : ", not sure") + ", accuracy "
                                + percent(PERCENT * sample.units() / Metric.UNITS) + " %")
                .element("p", "people: " + people(reader.answers(sample.row())))
                .element("small", "question " + question.id())
                .mark("</li>\n");
    }

    private void picture(int row) {
        int picture = run.dataset().table().picture(row);
        String name = PictureFolder.shownName(run.dataset(), picture);
        Optional<String> url = run.folder().find(run.dataset(), picture).flatMap(this::thumbnail);
        if (url.isEmpty()) {
            html.element("p", "The picture " + name + " is not there any more.");
            return;
        }
        html.mark("<img src=\"").text(url.get()).mark("\" alt=\"").text(name).mark("\">\n");
    }

    /** Empty for a picture that was changed or taken away since its answer came into the journal. */
    private Optional<String> thumbnail(Path file) {
        try {
            return Optional.of(Thumbnail.dataUrl(run.folder().decode(file)));
        } catch (ImageException | IOException e) {
            return Optional.empty();
        }
    }

    /** Each answer once, with how often it was given. */
    private static String people(List<String> answers) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted((one, other) -> other.getValue() - one.getValue())
                .map(entry -> entry.getValue() == 1 ? entry.getKey() : entry.getKey() + " ×" + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void problems() {
        if (report.problems().isEmpty()) {
            return;
        }
        html.element("h2", "What was wrong with the files").mark("<ul>\n");
        for (EvaluationProblem problem : report.problems()) {
            html.element(
                    "li",
                    problem.count() + " " + problem.kind().sentence() + ": " + String.join(", ", problem.examples())
                            + (problem.count() > problem.examples().size() ? ", …" : ""));
        }
        html.mark("</ul>\n");
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
