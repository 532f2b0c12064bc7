package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationReport.Group;
import dev.psyne.vlm.EvaluationReport.TypeScore;
import dev.psyne.vlm.EvaluationScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Sums of accuracies: of all questions and of each type. The order in which they come makes no difference. */
final class ScoreBoard {
    private static final double PERCENT = 100;

    private final Dataset dataset;
    private final Sums all = new Sums();
    private final List<Sums> first;
    private final List<Sums> second;

    ScoreBoard(Dataset dataset) {
        this.dataset = dataset;
        this.first = sums(dataset.firstTypes().size());
        this.second = sums(dataset.secondTypes().size());
    }

    private static List<Sums> sums(int count) {
        List<Sums> sums = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sums.add(new Sums());
        }
        return sums;
    }

    /** In the units of {@link Metric}. */
    private static final class Sums {
        private long questions;
        private long score;
        private long majority;
        private long constant;
        private long blindQuestions;
        private long blind;

        EvaluationScore score() {
            return new EvaluationScore(
                    questions,
                    percent(score, questions),
                    percent(majority, questions),
                    percent(constant, questions),
                    blindQuestions,
                    blindQuestions == 0 ? OptionalDouble.empty() : OptionalDouble.of(percent(blind, blindQuestions)));
        }
    }

    private static double percent(long units, long questions) {
        return questions == 0 ? 0 : PERCENT * units / ((double) Metric.UNITS * questions);
    }

    private List<Sums> of(int row) {
        return List.of(
                all,
                first.get(dataset.table().firstType(row)),
                second.get(dataset.table().secondType(row)));
    }

    /** A question answered, beside what the baselines have. */
    void add(int row, long score, long majority, long constant) {
        for (Sums sums : of(row)) {
            sums.questions++;
            sums.score += score;
            sums.majority += majority;
            sums.constant += constant;
        }
    }

    /** A question answered about another picture. */
    void addBlind(int row, long score) {
        for (Sums sums : of(row)) {
            sums.blindQuestions++;
            sums.blind += score;
        }
    }

    EvaluationScore overall() {
        return all.score();
    }

    /** The types that have answers, the most frequent first. */
    List<Group> groups() {
        return List.of(
                group(dataset.form().firstName(), first, dataset.firstTypes()),
                group(dataset.form().secondName(), second, dataset.secondTypes()));
    }

    private Group group(String name, List<Sums> sums, NameTable names) {
        boolean majority = dataset.form().majorityType(0, 1) == (names == dataset.firstTypes() ? 0 : 1);
        List<TypeScore> types = new ArrayList<>();
        for (int type = 0; type < sums.size(); type++) {
            if (sums.get(type).questions > 0 || sums.get(type).blindQuestions > 0) {
                String commonest = majority ? dataset.majority().ofType(type) : "";
                types.add(new TypeScore(
                        names.name(type), commonest, sums.get(type).score()));
            }
        }
        types.sort(Comparator.<TypeScore>comparingLong(type -> -type.score().questions())
                .thenComparing(TypeScore::name));
        return new Group(name, types);
    }
}
