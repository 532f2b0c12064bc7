package dev.psyne.vlm;

import java.util.List;

/**
 * Something that is wrong with the files of an evaluation and does not end it.
 *
 * @param kind what it is
 * @param count how often it was met
 * @param examples the first of them: names of pictures, ids of questions
 */
public record EvaluationProblem(Kind kind, long count, List<String> examples) {
    /** Most examples. */
    public static final int MAX_EXAMPLES = 10;

    /** Copies the examples. */
    public EvaluationProblem {
        examples = List.copyOf(examples);
    }

    /** What is wrong, and what was done about it. */
    public enum Kind {
        /** A picture that is not in the directory. */
        MISSING_PICTURE("pictures are missing; their questions are left out"),
        /** A picture that cannot be decoded. */
        BROKEN_PICTURE("pictures cannot be decoded; their questions are left out"),
        /** Nobody says what is right. */
        QUESTION_WITHOUT_ANSWERS("questions have no annotation or no answer; they are left out"),
        /** An answer to nothing. */
        ANNOTATION_WITHOUT_QUESTION("annotations belong to no question; they are left out"),
        /** An id that was there before. */
        DUPLICATE_QUESTION("questions have an id that another one before them has; they are left out"),
        /** An annotation for a question that has one. */
        DUPLICATE_ANNOTATION("annotations are for a question that has one before them; they are left out"),
        /** The metric is made for ten answers. */
        NOT_TEN_ANSWERS("annotations have other than ten answers; they are scored by those they have"),
        /** The model does not take the question, so that there is no answer. */
        REFUSED_QUESTION("questions are not taken by the model; they count as answered wrong"),
        /** There are more different answers than are counted. */
        UNCOUNTED_ANSWER("answers were too many different ones to be counted for the majority");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        /** How a sentence goes on that begins with the count. */
        public String sentence() {
            return sentence;
        }
    }
}
