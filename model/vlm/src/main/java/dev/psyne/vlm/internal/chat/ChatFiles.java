package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Kernels;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.LayerMemory;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.PackedLayers;
import dev.psyne.vlm.internal.packed.PackedCache;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.ImageInput;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of a model that talks, taken from its files. */
final class ChatFiles implements AutoCloseable {
    private static final String HEAD = "lm_head";

    private final ChatSource source;
    private final LanguageModel language;
    private final @Nullable ImageInput images;
    private final PromptBuilder prompts;
    private final String held;

    private ChatFiles(ChatSource source, Kernels kernels, int callers, ModelOptions options, PackedCache.Found packed) {
        ModelWeights weights = new ModelWeights(source.checkpoint(), kernels, options.precision(), packed.layers());
        int width = source.language().width();
        int positions = Math.min(options.contextTokens(), source.language().maxPositions());
        this.source = source;
        this.language = new LanguageModel(weights, source.language(), source.prefix(), HEAD, positions);
        this.images =
                source.eyes().map(eyes -> eyes.take(weights, width, callers)).orElse(null);
        this.prompts = new PromptBuilder(
                source.template(), source.variables(), source.tokenizer(), source.imageToken(), width);
        String note = packed.note().isEmpty() ? "" : "; " + packed.note();
        this.held = weights.describe() + "; " + kernels.description() + note;
    }

    /** Takes the parts of a model's files; nothing is left open if they do not fit. */
    static ChatFiles open(Path path, Scheduler scheduler, ModelOptions options) {
        ChatSource source = ChatSource.open(path);
        try {
            Kernels kernels = Kernels.create(scheduler, options.kernels());
            int callers = scheduler.workers();
            return new ChatFiles(source, kernels, callers, options, layers(path, source, kernels, options));
        } catch (RuntimeException e) {
            source.checkpoint().close();
            throw e;
        }
    }

    private static PackedCache.Found layers(Path path, ChatSource source, Kernels kernels, ModelOptions options) {
        if (options.cache().isEmpty()) {
            return new PackedCache.Found(new LayerMemory(), "");
        }
        long estimate = ModelWeights.estimate(source.checkpoint(), options.precision());
        return new PackedCache(options.cache().get())
                .layers(
                        new PackedCache.Source(path, source.files(), options.precision(), estimate),
                        layers -> build(source, kernels, options, layers));
    }

    private static void build(ChatSource source, Kernels kernels, ModelOptions options, PackedLayers layers) {
        new ChatFiles(source, kernels, 1, options, new PackedCache.Found(layers, ""));
    }

    Tokenizer tokenizer() {
        return source.tokenizer();
    }

    LanguageModel language() {
        return language;
    }

    @Nullable
    ImageInput images() {
        return images;
    }

    /** The token that stands for a row of a picture; -1 without. */
    int imageToken() {
        return source.imageToken();
    }

    PromptBuilder prompts() {
        return prompts;
    }

    Set<Integer> endTokens() {
        return source.endTokens();
    }

    ModelInfo info(int contextTokens) {
        Checkpoint checkpoint = source.checkpoint();
        long parameters = 0;
        long bytes = 0;
        for (String name : checkpoint.names()) {
            parameters += checkpoint.tensor(name).shape().elements();
            bytes += checkpoint.tensor(name).segment().byteSize();
        }
        return new ModelInfo(
                source.name(),
                source.architecture(),
                "A model of the architecture " + source.architecture() + ".",
                images == null ? "Talks; takes no pictures." : "Talks, also about pictures.",
                source.license(),
                parameters,
                bytes,
                held,
                "",
                contextTokens,
                images != null,
                images == null ? 0 : images.imageSize(),
                source.path());
    }

    @Override
    public void close() {
        source.checkpoint().close();
    }
}
