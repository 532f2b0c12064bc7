package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tokenizer and the template of a small checkpoint, and what transformers makes of texts with them. */
record GoldenModel(String name) {
    /** SmolVLM: digits for themselves, then GPT-2's words. */
    static final GoldenModel SMOLVLM = new GoldenModel("smolvlm1");

    /** FastVLM: the tokenizer of Qwen2. */
    static final GoldenModel FASTVLM = new GoldenModel("fastvlm");

    static final List<GoldenModel> ALL = List.of(SMOLVLM, new GoldenModel("smolvlm2"), FASTVLM);

    Path directory() {
        try {
            return Path.of(Objects.requireNonNull(GoldenModel.class.getResource("/dev/psyne/vlm/checkpoints/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Tokenizer tokenizer() {
        return Tokenizer.readDirectory(directory());
    }

    /** Texts with {@code text}, {@code ids} and {@code decoded}. */
    List<?> texts() {
        return (List<?>) Objects.requireNonNull(golden().value("tokenizer"));
    }

    /** Cases by name, with {@code messages}, {@code prompt}, {@code input_ids} and what the model said. */
    Map<?, ?> cases() {
        return (Map<?, ?>) Objects.requireNonNull(golden().value("cases"));
    }

    private JsonFields golden() {
        return JsonFields.read(directory().resolve("golden.json"));
    }

    static int[] ids(@Nullable Object list) {
        return ((List<?>) Objects.requireNonNull(list))
                .stream().mapToInt(id -> Math.toIntExact((Long) id)).toArray();
    }

    static Object field(@Nullable Object map, String key) {
        return Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(map)).get(key), key);
    }
}
