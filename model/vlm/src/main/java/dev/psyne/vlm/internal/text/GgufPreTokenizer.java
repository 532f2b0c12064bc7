package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a text is cut into words, by the name a GGUF file gives it in {@code tokenizer.ggml.pre}; the patterns are llama.cpp's
 * ({@code src/llama-vocab.cpp}).
 *
 * <p>Texts for Qwen2 are brought to NFC, as its own tokenizer does and llama.cpp does not.
 */
enum GgufPreTokenizer {
    DEFAULT(
            Set.of("default"),
            List.of(),
            false,
            "[\\p{P}\\$\\+<=>\\^~\\|]+",
            WordSplit.GPT2,
            WordSplit.DIGITS,
            "[0-9][0-9][0-9]"),
    GPT2(
            Set.of(
                    "gpt-2",
                    "phi-2",
                    "jina-es",
                    "jina-de",
                    "gigachat",
                    "jina-v2-es",
                    "jina-v2-de",
                    "a.x-4.0",
                    "mellum",
                    "modern-bert",
                    "mpt",
                    "olmo",
                    "jais",
                    "trillion",
                    "granite-docling"),
            List.of(),
            false,
            WordSplit.GPT2),
    SMOLLM(
            Set.of("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"),
            List.of(),
            false,
            WordSplit.DIGIT,
            WordSplit.GPT2),
    QWEN2(
            Set.of("qwen2", "deepseek-r1-qwen", "megrez", "kormo"),
            List.of(Normalizer.Form.NFC),
            false,
            WordSplit.words("\\p{N}")),
    STABLELM2(Set.of("stablelm2", "hunyuan"), List.of(), false, WordSplit.words("\\p{N}")),
    LLAMA3(
            Set.of("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"),
            List.of(),
            true,
            WordSplit.words("\\p{N}{1,3}"));

    private static final String KEY = "tokenizer.ggml.pre";

    private final Set<String> names;
    private final TextSplit split;
    private final boolean wholeWordsFirst;

    GgufPreTokenizer(Set<String> names, List<Normalizer.Form> forms, boolean wholeWordsFirst, String... patterns) {
        this.names = names;
        List<TextSplit.Step> steps = Arrays.stream(patterns)
                .map(WordSplit::of)
                .map(TextSplit.Step.class::cast)
                .toList();
        this.split = new TextSplit(forms, steps);
        this.wholeWordsFirst = wholeWordsFirst;
    }

    static GgufPreTokenizer of(GgufMetadata metadata) {
        String name = metadata.text(KEY, DEFAULT.name().toLowerCase(Locale.ROOT));
        Set<String> known = new TreeSet<>();
        for (GgufPreTokenizer one : values()) {
            if (one.names.contains(name)) {
                return one;
            }
            known.addAll(one.names);
        }
        throw metadata.refuse(KEY, "one of " + known);
    }

    TextSplit split() {
        return split;
    }

    boolean wholeWordsFirst() {
        return wholeWordsFirst;
    }
}
