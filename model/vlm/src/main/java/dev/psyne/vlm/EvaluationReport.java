package dev.psyne.vlm;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What came of an evaluation.
 *
 * @param model what was asked
 * @param metric what is counted, in words
 * @param questionsFile where the questions came from
 * @param annotationsFile where their answers came from, unless they stand with the questions
 * @param inFile questions in the file
 * @param wanted questions that were to be asked
 * @param complete whether every question was asked whose picture is there
 * @param seed of what was drawn
 * @param unsure answers of which the model said that it is not sure
 * @param overall all questions together
 * @param commonest the answer given most often in the file
 * @param groups the same by type, each question in one type of each group
 * @param problems what was wrong with the files
 * @param resumed answers that came from the journal of an earlier run
 * @param asked questions asked in this run, blind ones counted too
 * @param askedNanos time that took, in nanoseconds
 */
public record EvaluationReport(
        ModelInfo model,
        String metric,
        Path questionsFile,
        Optional<Path> annotationsFile,
        long inFile,
        long wanted,
        boolean complete,
        long seed,
        long unsure,
        EvaluationScore overall,
        String commonest,
        List<Group> groups,
        List<EvaluationProblem> problems,
        long resumed,
        long asked,
        long askedNanos) {

    /** Copies the lists. */
    public EvaluationReport {
        groups = List.copyOf(groups);
        problems = List.copyOf(problems);
    }

    /** One way to sort the questions. */
    public record Group(String name, List<TypeScore> types) {
        /** Copies the types. */
        public Group {
            types = List.copyOf(types);
        }
    }

    /**
     * The questions of one type.
     *
     * @param name of the type, as the files say it
     * @param commonest its answer given most often in the file; empty where the majority goes by another group
     * @param score over its questions
     */
    public record TypeScore(String name, String commonest, EvaluationScore score) {}
}
