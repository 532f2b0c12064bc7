package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Kernels;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.LayerMemory;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.EndTokens;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.FastVlmInput;
import dev.psyne.vlm.internal.vision.ImageInput;
import dev.psyne.vlm.internal.vision.SmolVlmInput;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a directory as published at Hugging Face holds, taken apart: each architecture says where its parts are. */
final class ChatFiles implements AutoCloseable {
    private static final String CONFIGURATION = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String HEAD = "lm_head";
    private static final int MAX_TOKEN = 1 << 24;

    private final Path directory;
    private final String architecture;
    private final Checkpoint checkpoint;
    private final Tokenizer tokenizer;
    private final LanguageModel language;
    private final @Nullable ImageInput images;
    private final PromptBuilder prompts;
    private final Set<Integer> endTokens;
    private final String held;

    private ChatFiles(Path directory, Checkpoint checkpoint, Scheduler scheduler, ModelOptions options) {
        JsonFields configuration = JsonFields.read(directory.resolve(CONFIGURATION));
        this.directory = directory;
        this.checkpoint = checkpoint;
        this.architecture = configuration.text("model_type");
        this.tokenizer = Tokenizer.read(directory.resolve(TOKENIZER));
        Kernels kernels = Kernels.create(scheduler, options.kernels());
        ModelWeights weights = new ModelWeights(checkpoint, kernels, options.precision(), new LayerMemory());
        Layout layout = Layout.of(architecture, configuration);
        boolean tied = configuration.flag("tie_word_embeddings", layout.tied());
        LanguageConfiguration shape = LanguageConfiguration.parse(
                layout.textKey().isEmpty() ? configuration : configuration.child(layout.textKey()), tied);
        int positions = Math.min(options.contextTokens(), shape.maxPositions());
        this.language = new LanguageModel(weights, shape, layout.prefix(), HEAD, positions);
        int callers = scheduler.workers();
        this.images = switch (layout) {
            case SMOLVLM -> new SmolVlmInput(weights, configuration, preprocessor(), shape.width(), callers);
            case FASTVLM -> new FastVlmInput(weights, configuration, preprocessor(), shape.width(), callers);
            case TEXT -> null;
        };
        int imageToken = images == null ? -1 : imageToken(configuration);
        ChatTemplate template = ChatTemplate.of(directory)
                .orElseThrow(() -> new ModelException(
                        directory, "chat template", "none", "one in chat_template.jinja or tokenizer_config.json"));
        this.prompts = new PromptBuilder(template, Map.of(), tokenizer, imageToken, shape.width());
        this.endTokens = EndTokens.of(directory, tokenizer);
        this.held = weights.describe() + "; " + kernels.description();
    }

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
                            "model_type", architecture, "one of smolvlm, idefics3, fast_vlm, llama, qwen2");
            };
        }

        String textKey() {
            return textKey;
        }

        String prefix() {
            return prefix;
        }

        boolean tied() {
            return tied;
        }
    }

    /** Takes the parts of a directory; nothing is left open if they do not fit. */
    static ChatFiles open(Path directory, Scheduler scheduler, ModelOptions options) {
        Checkpoint checkpoint = Checkpoint.open(directory);
        try {
            return new ChatFiles(directory, checkpoint, scheduler, options);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private JsonFields preprocessor() {
        return JsonFields.read(directory.resolve(PREPROCESSOR));
    }

    private int imageToken(JsonFields configuration) {
        String key = configuration.has("image_token_id") ? "image_token_id" : "image_token_index";
        return configuration.integer(key, 0, Math.min(MAX_TOKEN, tokenizer.size() - 1));
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    LanguageModel language() {
        return language;
    }

    @Nullable
    ImageInput images() {
        return images;
    }

    PromptBuilder prompts() {
        return prompts;
    }

    Set<Integer> endTokens() {
        return endTokens;
    }

    ModelInfo info(int contextTokens) {
        long parameters = 0;
        long bytes = 0;
        for (String name : checkpoint.names()) {
            parameters += checkpoint.tensor(name).shape().elements();
            bytes += checkpoint.tensor(name).segment().byteSize();
        }
        Path name = directory.toAbsolutePath().normalize().getFileName();
        return new ModelInfo(
                name == null ? architecture : name.toString(),
                architecture,
                "A model of the architecture " + architecture + ".",
                images == null ? "Talks; takes no pictures." : "Talks, also about pictures.",
                "",
                parameters,
                bytes,
                held,
                "",
                contextTokens,
                images != null,
                images == null ? 0 : images.imageSize(),
                directory);
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
