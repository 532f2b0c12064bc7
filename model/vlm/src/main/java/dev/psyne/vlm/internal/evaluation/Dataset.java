package dev.psyne.vlm.internal.evaluation;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What stays of the files of questions and annotations once they were read: an index.
 *
 * @param form whose files they are
 * @param questionsFile the questions
 * @param annotationsFile VQA's annotations
 * @param questionsHash SHA-256 of the questions in hexadecimal
 * @param annotationsHash SHA-256 of the annotations; empty without them
 * @param split of which the names of VQA's pictures are made; empty for CLEVR
 * @param table a row for each question
 * @param pictures numbers of VQA's pictures, names of CLEVR's
 * @param firstTypes answer types of VQA, last functions of CLEVR
 * @param secondTypes question types of VQA, question families of CLEVR
 * @param majority answers counted by the types of {@link Form#majorityType}
 */
record Dataset(
        Form form,
        Path questionsFile,
        Optional<Path> annotationsFile,
        String questionsHash,
        String annotationsHash,
        String split,
        QuestionTable table,
        NameTable pictures,
        NameTable firstTypes,
        NameTable secondTypes,
        MajorityCount majority) {

    /** The published forms. */
    enum Form {
        VQA(Metric.VQA, "answer type", "question type") {
            @Override
            int majorityType(int firstType, int secondType) {
                return secondType;
            }
        },
        CLEVR(Metric.EXACT, "last function", "question family") {
            @Override
            int majorityType(int firstType, int secondType) {
                return firstType;
            }
        };

        private final Metric metric;
        private final String firstName;
        private final String secondName;

        Form(Metric metric, String firstName, String secondName) {
            this.metric = metric;
            this.firstName = firstName;
            this.secondName = secondName;
        }

        Metric metric() {
            return metric;
        }

        String firstName() {
            return firstName;
        }

        String secondName() {
            return secondName;
        }

        /** The one of a question's types by which the majority goes. */
        abstract int majorityType(int firstType, int secondType);
    }

    /** The type of a row by which the majority goes. */
    int majorityType(int row) {
        return form.majorityType(table.firstType(row), table.secondType(row));
    }

    /** The file name of a picture, without an ending for VQA's. */
    String pictureName(int picture) {
        String name = pictures.name(picture);
        return form == Form.CLEVR ? name : split + "_" + "0".repeat(Math.max(0, 12 - name.length())) + name;
    }
}
