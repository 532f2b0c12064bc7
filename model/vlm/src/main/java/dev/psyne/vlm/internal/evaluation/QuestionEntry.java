package dev.psyne.vlm.internal.evaluation;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A question as its file has it: {@code question_id}, {@code image_id} and {@code question} of VQA, or {@code
 * question_index}, {@code image_filename}, {@code question}, {@code answer}, {@code program} and {@code
 * question_family_index} of CLEVR.
 *
 * @param id of the question
 * @param clevr whether it is one of CLEVR's
 * @param picture the number of VQA's picture, or the name of CLEVR's
 * @param text what is asked
 * @param answer CLEVR's
 * @param function the last one of CLEVR's program
 * @param family CLEVR's question family
 */
record QuestionEntry(
        long id, boolean clevr, String picture, String text, Optional<String> answer, String function, String family) {
    /** What stands for a type that the file does not say. */
    static final String UNTOLD = "(not told)";

    /** No path, only a name: it is looked for in the directory of the pictures. */
    private static final Pattern PICTURE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** Reads the object that a cursor stands on. */
    static QuestionEntry read(JsonCursor json) {
        return new Fields().read(json);
    }

    /** What was found of an object so far. */
    private static final class Fields {
        private @Nullable Long id;
        private @Nullable String picture;
        private @Nullable String text;
        private @Nullable String answer;
        private boolean clevr;
        private String function = UNTOLD;
        private String family = UNTOLD;

        QuestionEntry read(JsonCursor json) {
            json.enterObject("a question");
            for (String key = json.nextKey(); key != null; key = json.nextKey()) {
                field(json, key);
            }
            if (id == null) {
                throw json.refuse("a question with question_id or question_index before its end");
            }
            if (picture == null) {
                throw json.refuse("question " + id + " with image_id or image_filename before its end");
            }
            if (text == null) {
                throw json.refuse("question " + id + " with its question before its end");
            }
            return new QuestionEntry(id, clevr, picture, text, Optional.ofNullable(answer), function, family);
        }

        private void field(JsonCursor json, String key) {
            switch (key) {
                case "question_id", "question_index" -> id = json.integer(key);
                case "image_id" -> picture = Long.toString(pictureNumber(json));
                case "image_filename" -> {
                    picture = pictureName(json);
                    clevr = true;
                }
                case "question" -> text = json.text(key);
                case "answer" -> answer = json.textOrInteger(key);
                case "question_family_index" -> family = Long.toString(json.integer(key));
                case "program" -> function = lastFunction(json);
                default -> json.skip();
            }
        }
    }

    private static long pictureNumber(JsonCursor json) {
        long number = json.integer("image_id");
        if (number < 0) {
            throw json.refuse("image_id of at least 0");
        }
        return number;
    }

    private static String pictureName(JsonCursor json) {
        String name = json.text("image_filename");
        if (!PICTURE_NAME.matcher(name).matches()) {
            throw json.refuse("image_filename without a path, of letters, digits, '.', '_' and '-', at most 128");
        }
        return name;
    }

    private static String lastFunction(JsonCursor json) {
        String last = UNTOLD;
        json.enterArray("program");
        while (json.nextElement()) {
            json.enterObject("a step of the program");
            for (String key = json.nextKey(); key != null; key = json.nextKey()) {
                // Programs of CLEVR v1.0 say "function", those of its generator "type".
                if (key.equals("function") || key.equals("type")) {
                    last = json.text(key);
                } else {
                    json.skip();
                }
            }
        }
        return last;
    }
}
