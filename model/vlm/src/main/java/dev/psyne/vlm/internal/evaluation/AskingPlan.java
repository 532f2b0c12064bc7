package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import dev.psyne.vlm.EvaluationOptions;
import dev.psyne.vlm.EvaluationOptions.MissingPicture;
import dev.psyne.vlm.EvaluationProblem.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * In which order questions are asked: those about one picture together, so that it is decoded and encoded once. For the blind
 * score all questions of a picture go to another one, each picture giving to one and taking from one.
 */
final class AskingPlan {
    /** The questions of a picture: rows from {@code begin} to before {@code end} of the plan. */
    record Group(int picture, Path file, int begin, int end) {}

    private final int[] rows;
    private final List<Group> groups;

    /** For each group the one whose questions are asked about its picture; empty without a blind score. */
    private final int[] takesFrom;

    private final QuestionTable table;

    private AskingPlan(int[] rows, List<Group> groups, int[] takesFrom, QuestionTable table) {
        this.rows = rows;
        this.groups = groups;
        this.takesFrom = takesFrom;
        this.table = table;
    }

    /**
     * A plan for what options want of a dataset.
     *
     * @param problems takes pictures that are missing
     */
    static AskingPlan of(EvaluationOptions options, Dataset dataset, PictureFolder folder, ProblemList problems) {
        int[] rows = drawn(answered(dataset), options);
        if (rows.length == 0) {
            throw new EvaluationException(
                    dataset.questionsFile(), "has no question whose answer is known; there is nothing to score", null);
        }
        sortByPicture(rows, dataset.table());
        List<Group> groups = new ArrayList<>();
        for (int begin = 0; begin < rows.length; ) {
            int picture = dataset.table().picture(rows[begin]);
            int end = begin + 1;
            while (end < rows.length && dataset.table().picture(rows[end]) == picture) {
                end++;
            }
            Optional<Path> file = folder.find(dataset, picture);
            if (file.isPresent()) {
                groups.add(new Group(picture, file.get(), begin, end));
            } else {
                problems.add(Kind.MISSING_PICTURE, PictureFolder.shownName(dataset, picture));
            }
            begin = end;
        }
        requirePictures(options, groups, problems);
        return new AskingPlan(rows, groups, takers(options, groups.size()), dataset.table());
    }

    private static void requirePictures(EvaluationOptions options, List<Group> groups, ProblemList problems) {
        long missing = problems.count(Kind.MISSING_PICTURE);
        if (missing > 0 && (options.missing() == MissingPicture.FAIL || groups.isEmpty())) {
            String names = String.join(", ", problems.examples(Kind.MISSING_PICTURE));
            throw new EvaluationException(
                    options.images(),
                    missing + " pictures are missing, such as " + names + "; "
                            + (groups.isEmpty()
                                    ? "none of those asked about is there: name their directory"
                                    : "add them, or skip what is missing"),
                    null);
        }
    }

    private static int[] answered(Dataset dataset) {
        int[] rows = new int[dataset.table().size()];
        int count = 0;
        for (int row = 0; row < rows.length; row++) {
            if (dataset.table().hasAnswers(row)) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    private static int[] drawn(int[] rows, EvaluationOptions options) {
        if (options.limit().isEmpty() || options.limit().getAsLong() >= rows.length) {
            return rows;
        }
        int count = (int) options.limit().getAsLong();
        Random random = new Random(options.seed());
        for (int i = 0; i < count; i++) {
            swap(rows, i, i + random.nextInt(rows.length - i));
        }
        return Arrays.copyOf(rows, count);
    }

    private static void sortByPicture(int[] rows, QuestionTable table) {
        long[] keys = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            keys[i] = (long) table.picture(rows[i]) << Integer.SIZE | rows[i];
        }
        Arrays.sort(keys);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) keys[i];
        }
    }

    /** One circle through all pictures in a drawn order, so that none keeps its own questions. */
    private static int[] takers(EvaluationOptions options, int count) {
        if (!options.shuffleImages()) {
            return new int[0];
        }
        if (count < 2) {
            throw new IllegalArgumentException(
                    "a shuffle of pictures takes two of them or more; the questions to be asked are about one");
        }
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        Random random = new Random(options.seed());
        for (int i = count - 1; i > 0; i--) {
            swap(order, i, random.nextInt(i + 1));
        }
        int[] takesFrom = new int[count];
        for (int i = 0; i < count; i++) {
            takesFrom[order[i]] = order[(i + 1) % count];
        }
        return takesFrom;
    }

    private static void swap(int[] values, int i, int j) {
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }

    /** Pictures that are there, in the order in which they are asked about. */
    List<Group> groups() {
        return groups;
    }

    /** The row of a question. */
    int row(int index) {
        return rows[index];
    }

    /** The group whose questions are asked about a group's picture to score the blind; empty without that. */
    Optional<Group> takesFrom(int group) {
        return takesFrom.length == 0 ? Optional.empty() : Optional.of(groups.get(takesFrom[group]));
    }

    /**
     * Pictures about which the questions of others are asked, by the number of their own picture; of those that are not in
     * the plan nothing is told.
     */
    Map<Integer, Integer> blindPictures() {
        Map<Integer, Integer> pictures = new HashMap<>();
        for (int i = 0; i < takesFrom.length; i++) {
            pictures.put(groups.get(takesFrom[i]).picture(), groups.get(i).picture());
        }
        return pictures;
    }

    /** Whether a row is among those to be asked. */
    boolean holds(int row) {
        long key = key(row);
        int low = 0;
        int high = rows.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = key(rows[middle]);
            if (found == key) {
                return true;
            }
            if (found < key) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    private long key(int row) {
        return (long) table.picture(row) << Integer.SIZE | row;
    }

    /** Questions that were to be asked, with those whose picture is missing. */
    long wanted() {
        return rows.length;
    }

    /** Questions that will be asked, those for the blind score counted too. */
    long askable() {
        long own = 0;
        for (Group group : groups) {
            own += group.end() - group.begin();
        }
        return takesFrom.length == 0 ? own : 2 * own;
    }
}
