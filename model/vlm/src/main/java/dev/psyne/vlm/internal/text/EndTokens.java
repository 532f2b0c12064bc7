package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tokens that end a model's turn. */
public final class EndTokens {
    private static final String ID = "eos_token_id";
    private static final String TOKEN = "eos_token";

    private static final List<String> GGUF_KEYS =
            List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

    private EndTokens() {}

    /**
     * Those of a directory as published: {@code eos_token_id} of {@code generation_config.json}, one or several; without
     * it that of {@code config.json} or its {@code text_config}; and {@code eos_token} of {@code tokenizer_config.json}.
     */
    public static Set<Integer> of(Path directory, Tokenizer tokenizer) {
        Set<Integer> ids = new TreeSet<>();
        read(directory.resolve("generation_config.json"), ids);
        if (ids.isEmpty()) {
            read(directory.resolve("config.json"), ids);
        }
        Path tokens = directory.resolve("tokenizer_config.json");
        if (Files.exists(tokens)) {
            JsonFields fields = JsonFields.read(tokens);
            Object token = fields.value(TOKEN);
            Object text = token instanceof Map<?, ?> object ? object.get("content") : token;
            if (text instanceof String spelling) {
                ids.add(tokenizer
                        .id(spelling)
                        .orElseThrow(() -> fields.refuse(TOKEN, spelling, "a token of " + tokenizer.file())));
            }
        }
        return ids;
    }

    /** Those of a GGUF file: the ends of a sequence, of a turn and of a message, as far as it has them. */
    public static Set<Integer> of(GgufMetadata metadata) {
        Set<Integer> ids = new TreeSet<>();
        for (String key : GGUF_KEYS) {
            if (metadata.has(key)) {
                ids.add(metadata.integer(key, 0, Vocabulary.MAX_TOKENS - 1));
            }
        }
        return ids;
    }

    private static void read(Path file, Set<Integer> ids) {
        if (Files.exists(file)) {
            JsonFields fields = JsonFields.read(file);
            add(fields, fields.value(ID), ids);
            if (ids.isEmpty() && fields.has("text_config")) {
                JsonFields text = fields.child("text_config");
                add(text, text.value(ID), ids);
            }
        }
    }

    private static void add(JsonFields fields, @Nullable Object value, Set<Integer> ids) {
        if (value == null) {
            return;
        }
        for (Object id : value instanceof List<?> list ? list : List.of(value)) {
            if (!(id instanceof Long number) || number < 0 || number >= Vocabulary.MAX_TOKENS) {
                throw fields.refuse(ID, String.valueOf(id), "ids of 0 to " + (Vocabulary.MAX_TOKENS - 1));
            }
            ids.add(Math.toIntExact(number));
        }
    }
}
