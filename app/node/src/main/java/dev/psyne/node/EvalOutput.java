package dev.psyne.node;

import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationProblem;
import dev.psyne.vlm.EvaluationReport;
import dev.psyne.vlm.EvaluationReport.Group;
import dev.psyne.vlm.EvaluationReport.TypeScore;
import dev.psyne.vlm.EvaluationScore;
import java.io.PrintWriter;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is told of an evaluation: tables for a person, or one JSON document. Scores are in percent. */
final class EvalOutput {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String ROW = "%-28s %9s %8s %8s %9s %9s  %s%n";

    private EvalOutput() {}

    static void print(Terminal terminal, boolean asJson, EvaluationReport report, EvaluationOptions options) {
        if (asJson) {
            terminal.out().println(json(report, options));
        } else {
            table(terminal.out(), report);
            options.report().ifPresent(page -> terminal.progress("psyne: the report is " + page));
        }
        if (!report.complete()) {
            terminal.error("stopped after " + report.overall().questions() + " of " + report.wanted() + " questions"
                    + (options.results().isPresent() ? "; --resume goes on." : "."));
        }
    }

    private static void table(PrintWriter out, EvaluationReport report) {
        out.println(report.model().name() + ": " + report.metric() + ", in percent");
        out.println(report.overall().questions() + " questions answered of " + report.wanted() + " wanted, of "
                + report.inFile() + " in " + report.questionsFile());
        out.println("majority: the commonest answer of the type in the same file; constant: always '"
                + report.commonest() + "'; blind: another question's picture");
        out.println();
        out.printf(ROW, "", "questions", "score", "blind", "majority", "constant", "");
        row(out, "overall", report.overall(), "");
        for (Group group : report.groups()) {
            out.println("by " + group.name());
            for (TypeScore type : group.types()) {
                row(out, "  " + type.name(), type.score(), type.commonest());
            }
        }
        for (EvaluationProblem problem : report.problems()) {
            out.println(problem.count() + " " + problem.kind().sentence() + ": "
                    + String.join(", ", problem.examples())
                    + (problem.count() > problem.examples().size() ? ", ..." : ""));
        }
    }

    private static void row(PrintWriter out, String name, EvaluationScore score, String commonest) {
        out.printf(
                ROW,
                name,
                score.questions(),
                percent(score.score()),
                score.blind().isPresent() ? percent(score.blind().getAsDouble()) : "-",
                percent(score.majority()),
                percent(score.constant()),
                commonest);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String json(EvaluationReport report, EvaluationOptions options) {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        root.putObject("model")
                .put("name", report.model().name())
                .put("sha256", report.model().sha256())
                .put("weights", report.model().weights());
        root.put("metric", report.metric())
                .put("questions", report.questionsFile().toString());
        report.annotationsFile().ifPresent(file -> root.put("annotations", file.toString()));
        root.put("inFile", report.inFile())
                .put("wanted", report.wanted())
                .put("complete", report.complete())
                .put("seed", report.seed())
                .put("unsure", report.unsure())
                .put("commonest", report.commonest())
                .put("resumed", report.resumed())
                .put("asked", report.asked())
                .put("askedSeconds", report.askedNanos() / NANOS_PER_SECOND);
        score(root.putObject("overall"), report.overall());
        ObjectNode groups = root.putObject("by");
        for (Group group : report.groups()) {
            ObjectNode types = groups.putObject(group.name());
            for (TypeScore type : group.types()) {
                score(types.putObject(type.name()), type.score()).put("commonest", type.commonest());
            }
        }
        problems(root.putArray("problems"), report);
        options.results().ifPresent(file -> root.put("results", file.toString()));
        options.report().ifPresent(file -> root.put("report", file.toString()));
        return json.writeValueAsString(root);
    }

    private static ObjectNode score(ObjectNode node, EvaluationScore score) {
        node.put("questions", score.questions())
                .put("score", score.score())
                .put("majority", score.majority())
                .put("constant", score.constant());
        if (score.blind().isPresent()) {
            node.put("blind", score.blind().getAsDouble()).put("blindQuestions", score.blindQuestions());
        }
        return node;
    }

    private static void problems(ArrayNode list, EvaluationReport report) {
        for (EvaluationProblem problem : report.problems()) {
            ArrayNode examples = list.addObject()
                    .put("kind", problem.kind().name().toLowerCase(Locale.ROOT))
                    .put("count", problem.count())
                    .put("what", problem.kind().sentence())
                    .putArray("examples");
            problem.examples().forEach(examples::add);
        }
    }
}
