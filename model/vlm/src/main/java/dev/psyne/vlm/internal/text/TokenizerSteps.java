package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/** The normaliser and the pre-tokenizers of a {@code tokenizer.json}; what is not known is refused by its name. */
final class TokenizerSteps {
    private static final int MAX_STEPS = 16;
    private static final String PRE_TOKENIZER = "pre_tokenizer";
    private static final String NORMALIZER = "normalizer";
    private static final String TYPE = "type";

    private TokenizerSteps() {}

    static List<Normalizer.Form> forms(JsonFields root) {
        if (!root.has(NORMALIZER)) {
            return List.of();
        }
        List<Normalizer.Form> forms = new ArrayList<>();
        for (JsonFields step : sequence(root.child(NORMALIZER), "normalizers")) {
            String type = step.text(TYPE);
            forms.add(
                    switch (type) {
                        case "NFC" -> Normalizer.Form.NFC;
                        case "NFD" -> Normalizer.Form.NFD;
                        case "NFKC" -> Normalizer.Form.NFKC;
                        case "NFKD" -> Normalizer.Form.NFKD;
                        default -> throw step.refuse(TYPE, type, "NFC, NFD, NFKC or NFKD");
                    });
        }
        return forms;
    }

    static List<TextSplit.Step> steps(JsonFields root) {
        if (!root.has(PRE_TOKENIZER)) {
            throw new ModelException(root.file(), PRE_TOKENIZER, "nothing", "one with ByteLevel");
        }
        List<TextSplit.Step> steps = new ArrayList<>();
        boolean byteLevel = false;
        for (JsonFields step : sequence(root.child(PRE_TOKENIZER), "pretokenizers")) {
            String type = step.text(TYPE);
            if (byteLevel) {
                throw step.refuse(TYPE, type + " after ByteLevel", "ByteLevel last");
            }
            switch (type) {
                case "ByteLevel" -> {
                    byteLevel(step, steps);
                    byteLevel = true;
                }
                case "Digits" ->
                    steps.add(WordSplit.of(step.flag("individual_digits", false) ? WordSplit.DIGIT : WordSplit.DIGITS));
                case "Split" -> steps.add(split(step));
                default -> throw step.refuse(TYPE, type, "ByteLevel, Digits or Split");
            }
        }
        if (!byteLevel) {
            throw new ModelException(root.file(), PRE_TOKENIZER, "none that is ByteLevel", "ByteLevel last");
        }
        return steps;
    }

    private static void byteLevel(JsonFields step, List<TextSplit.Step> steps) {
        if (step.flag("add_prefix_space", true)) {
            steps.add(TextSplit.PREFIX_SPACE);
        }
        if (step.flag("use_regex", true)) {
            steps.add(WordSplit.of(WordSplit.GPT2));
        }
    }

    private static TextSplit.Step split(JsonFields step) {
        String behaviour = step.text("behavior");
        if (!behaviour.equals("Isolated") && !behaviour.equals("Removed")) {
            throw step.refuse("behavior", behaviour, "Isolated, or Removed with invert");
        }
        boolean invert = step.flag("invert", false);
        if (invert != behaviour.equals("Removed")) {
            throw step.refuse("invert", invert + " with " + behaviour, "Isolated, or Removed with invert");
        }
        JsonFields pattern = step.child("pattern");
        if (!pattern.has("Regex")) {
            throw pattern.refuse("Regex", "nothing", "a regular expression");
        }
        return WordSplit.parse(step.file(), PRE_TOKENIZER + ".Split", pattern.text("Regex"));
    }

    /** The steps of a sequence, or the one step that is none. */
    private static List<JsonFields> sequence(JsonFields step, String key) {
        return step.has(key) ? step.children(key, MAX_STEPS) : List.of(step);
    }
}
