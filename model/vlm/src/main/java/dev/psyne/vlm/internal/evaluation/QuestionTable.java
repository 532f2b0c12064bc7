package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What is kept of each question while its files are not read: where it and its answers stand, its picture and its types. A
 * row takes 40 bytes and 8 to 16 in the table of ids, which joins questions and annotations in whatever order they come.
 */
final class QuestionTable {
    /** Most questions, about three times those of the largest published file. */
    static final int MAX_QUESTIONS = 2_000_000;

    /** What is said of a row or a byte that is not there. */
    static final int NONE = -1;

    private static final int FIRST_ROWS = 1024;
    private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

    private int rows;
    private long[] ids = new long[FIRST_ROWS];
    private long[] questionAt = new long[FIRST_ROWS];
    private long[] answersAt = new long[FIRST_ROWS];
    private int[] questionBytes = new int[FIRST_ROWS];
    private int[] answersBytes = new int[FIRST_ROWS];
    private int[] pictures = new int[FIRST_ROWS];
    private char[] firstTypes = new char[FIRST_ROWS];
    private char[] secondTypes = new char[FIRST_ROWS];

    /** Rows by id, at most half full; a free place is {@link #NONE}. */
    private int[] places = free(2 * FIRST_ROWS);

    /** The row of a question that has no answers yet; {@link #NONE} if there is one with the id already. */
    int add(Path file, long id, int picture, long at, int bytes) {
        int place = place(id);
        if (places[place] != NONE) {
            return NONE;
        }
        if (rows == MAX_QUESTIONS) {
            throw new EvaluationException(
                    file, "has more than " + MAX_QUESTIONS + " questions; split it and evaluate each part", null);
        }
        if (rows == ids.length) {
            grow();
            place = place(id);
        }
        places[place] = rows;
        ids[rows] = id;
        pictures[rows] = picture;
        questionAt[rows] = at;
        questionBytes[rows] = bytes;
        answersAt[rows] = NONE;
        return rows++;
    }

    /** Says where the answers of a row stand and of what types it is. */
    void answer(int row, long at, int bytes, int firstType, int secondType) {
        answersAt[row] = at;
        answersBytes[row] = bytes;
        firstTypes[row] = (char) firstType;
        secondTypes[row] = (char) secondType;
    }

    /** The row of an id, or {@link #NONE}. */
    int row(long id) {
        return places[place(id)];
    }

    int size() {
        return rows;
    }

    long id(int row) {
        return ids[row];
    }

    int picture(int row) {
        return pictures[row];
    }

    long questionAt(int row) {
        return questionAt[row];
    }

    int questionBytes(int row) {
        return questionBytes[row];
    }

    boolean hasAnswers(int row) {
        return answersAt[row] != NONE;
    }

    long answersAt(int row) {
        return answersAt[row];
    }

    int answersBytes(int row) {
        return answersBytes[row];
    }

    int firstType(int row) {
        return firstTypes[row];
    }

    int secondType(int row) {
        return secondTypes[row];
    }

    private int place(long id) {
        int mask = places.length - 1;
        int place = (int) ((id * HASH_FACTOR) >>> Integer.SIZE) & mask;
        while (places[place] != NONE && ids[places[place]] != id) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        int size = 2 * rows;
        ids = Arrays.copyOf(ids, size);
        questionAt = Arrays.copyOf(questionAt, size);
        answersAt = Arrays.copyOf(answersAt, size);
        questionBytes = Arrays.copyOf(questionBytes, size);
        answersBytes = Arrays.copyOf(answersBytes, size);
        pictures = Arrays.copyOf(pictures, size);
        firstTypes = Arrays.copyOf(firstTypes, size);
        secondTypes = Arrays.copyOf(secondTypes, size);
        places = free(2 * size);
        for (int row = 0; row < rows; row++) {
            places[place(ids[row])] = row;
        }
    }

    private static int[] free(int size) {
        int[] places = new int[size];
        Arrays.fill(places, NONE);
        return places;
    }
}
