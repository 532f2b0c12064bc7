package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.EndTokens;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.FastVlmInput;
import dev.psyne.vlm.internal.vision.SmolVlmInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Directories as published at Hugging Face: each architecture says where its parts are. */
final class PublishedDirectory {
    static final String CONFIGURATION = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final int MAX_TOKEN = 1 << 24;

    private PublishedDirectory() {}

    /** Where an architecture has its parts. */
    private enum Layout {
        SMOLVLM("text_config", "model.text_model.", false),
        FASTVLM("text_config", "model.language_model.", true),
        TEXT("", "model.", false);

        private final String textKey;
        private final String prefix;
        private final boolean tied;

        Layout(String textKey, String prefix, boolean tied) {
            this.textKey = textKey;
            this.prefix = prefix;
            this.tied = tied;
        }

        static Layout of(String architecture, JsonFields configuration) {
            return switch (architecture) {
                case "smolvlm", "idefics3" -> SMOLVLM;
                case "fast_vlm" -> FASTVLM;
                case "llama", "qwen2" -> TEXT;
                default ->
                    throw configuration.refuse(
                            "model_type",
                            architecture,
                            "one of smolvlm, idefics3, fast_vlm, llava_qwen2, llama, qwen2");
            };
        }
    }

    static ChatSource open(Path directory) {
        JsonFields configuration = JsonFields.read(directory.resolve(CONFIGURATION));
        String architecture = configuration.text("model_type");
        if (architecture.equals(LlavaQwenDirectory.ARCHITECTURE)) {
            return LlavaQwenDirectory.open(directory, configuration);
        }
        Layout layout = Layout.of(architecture, configuration);
        Checkpoint checkpoint = Checkpoint.open(directory);
        try {
            return source(directory, configuration, architecture, layout, checkpoint);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static ChatSource source(
            Path directory, JsonFields configuration, String architecture, Layout layout, Checkpoint checkpoint) {
        Tokenizer tokenizer = Tokenizer.readDirectory(directory);
        boolean tied = configuration.flag("tie_word_embeddings", layout.tied);
        JsonFields text = layout.textKey.isEmpty() ? configuration : configuration.child(layout.textKey);
        boolean seesPictures = layout != Layout.TEXT;
        return new ChatSource(
                directory,
                ChatSource.name(directory, architecture),
                architecture,
                ModelCard.license(directory),
                checkpoint,
                files(directory, checkpoint),
                tokenizer,
                template(directory),
                Map.of(),
                EndTokens.of(directory, tokenizer),
                LanguageConfiguration.parse(text, tied),
                layout.prefix,
                seesPictures ? imageToken(configuration, tokenizer) : -1,
                eyes(directory, configuration, layout));
    }

    private static Optional<ChatSource.Eyes> eyes(Path directory, JsonFields configuration, Layout layout) {
        return switch (layout) {
            case SMOLVLM ->
                Optional.of((weights, width, callers) ->
                        new SmolVlmInput(weights, configuration, preprocessor(directory), width, callers));
            case FASTVLM ->
                Optional.of((weights, width, callers) ->
                        new FastVlmInput(weights, configuration, preprocessor(directory), width, callers));
            case TEXT -> Optional.empty();
        };
    }

    /** The files of weights and the configuration, which says how they are taken. */
    static List<Path> files(Path directory, Checkpoint checkpoint) {
        List<Path> files = new ArrayList<>(checkpoint.files());
        files.add(directory.resolve(CONFIGURATION));
        return files;
    }

    static ChatTemplate template(Path directory) {
        return ChatTemplate.of(directory)
                .orElseThrow(() -> new ModelException(
                        directory, "chat template", "none", "one in chat_template.jinja or tokenizer_config.json"));
    }

    private static JsonFields preprocessor(Path directory) {
        return JsonFields.read(directory.resolve(PREPROCESSOR));
    }

    private static int imageToken(JsonFields configuration, Tokenizer tokenizer) {
        String key = configuration.has("image_token_id") ? "image_token_id" : "image_token_index";
        return configuration.integer(key, 0, Math.min(MAX_TOKEN, tokenizer.size() - 1));
    }
}
