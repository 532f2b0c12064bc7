package dev.psyne.vlm.internal.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How right an answer is. Accuracies are whole numbers of {@link #UNITS}, so that sums do not depend on their order; the
 * accuracies of up to 16 answers are exact.
 */
enum Metric {
    /**
     * The accuracy of VQA: the mean over all ways to leave one of the answers out of min(1, equal ones among the rest / 3).
     * If the answers are not all the same, they and the model's are normalised first (VQAEval.evaluate of
     * GT-Vision-Lab/VQA).
     */
    VQA("VQA accuracy (GT-Vision-Lab/VQA, leave one out of the answers given)") {
        @Override
        long units(List<String> answers, String given) {
            List<String> truth = new ArrayList<>(answers.size());
            answers.forEach(answer -> truth.add(AnswerNormalisation.clean(answer)));
            String answer = AnswerNormalisation.clean(given);
            if (truth.stream().distinct().count() > 1) {
                truth.replaceAll(AnswerNormalisation::normalise);
                answer = AnswerNormalisation.normalise(answer);
            }
            int equal = 0;
            for (String right : truth) {
                equal += right.equals(answer) ? 1 : 0;
            }
            int others = truth.size() - equal;
            // Thirds: one of the equal ones is left out, or one of the others.
            long thirds = (long) equal * Math.min(ENOUGH, equal - 1) + (long) others * Math.min(ENOUGH, equal);
            return Math.round((double) thirds * (UNITS / ENOUGH) / truth.size());
        }
    },
    /** 1 for the very answer, but for white space around it. */
    EXACT("exact match") {
        @Override
        long units(List<String> answers, String given) {
            return answers.getFirst().strip().equals(given.strip()) ? UNITS : 0;
        }
    };

    /** So many answers the same make one fully right. */
    private static final int ENOUGH = 3;

    /** An accuracy of 1: three times the least common multiple of 1 to 16. */
    static final long UNITS = 3 * 720_720;

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** The accuracy of a given answer beside those that people gave, of which there is at least one. */
    abstract long units(List<String> answers, String given);
}
