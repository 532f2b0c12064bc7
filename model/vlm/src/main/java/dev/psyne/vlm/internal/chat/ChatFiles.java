package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.Kernels;
import dev.psyne.vlm.LoadListener;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.LayerMemory;
import dev.psyne.vlm.internal.layer.LoadMeter;
import dev.psyne.vlm.internal.layer.ModelWeights;
import dev.psyne.vlm.internal.layer.PackedLayers;
import dev.psyne.vlm.internal.layer.WeightLifetime;
import dev.psyne.vlm.internal.packed.PackedCache;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.ImageInput;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts of a model that talks, taken from its files. */
final class ChatFiles implements AutoCloseable {
    private static final String HEAD = "lm_head";

    private final Path path;
    private final ChatSource source;
    private final Kernels kernels;
    private final int callers;
    private final ModelOptions options;
    private final PromptBuilder prompts;
    private final WeightLifetime lifetime = new WeightLifetime();
    private final LoadMeter meter;
    private final LoadedPart<ImageInput> images = new LoadedPart<>();
    private final LoadedPart<LanguageModel> language = new LoadedPart<>();
    private final Set<String> held = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private volatile String description = "being read";

    private ChatFiles(Path path, ChatSource source, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        this.path = path;
        this.source = source;
        this.kernels = Kernels.create(scheduler, options.kernels());
        this.callers = scheduler.workers();
        this.options = options;
        this.meter = new LoadMeter(lifetime, bytes(source.checkpoint().names()), listener);
        this.prompts = new PromptBuilder(
                source.template(),
                source.variables(),
                source.tokenizer(),
                source.imageToken(),
                source.language().width());
        lifetime.atEnd(source.checkpoint()::close);
    }

    /** Reads what a model's files say of it, but for its weights; nothing is left open if they do not fit. */
    static ChatFiles begin(Path path, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        ChatSource source = ChatSource.open(path);
        try {
            return new ChatFiles(path, source, scheduler, options, listener);
        } catch (RuntimeException e) {
            source.checkpoint().close();
            throw e;
        }
    }

    /** Takes the parts of a model's files; nothing is left open if they do not fit. */
    static ChatFiles open(Path path, Scheduler scheduler, ModelOptions options) {
        ChatFiles files = begin(path, scheduler, options, progress -> {});
        try {
            files.load();
            return files;
        } catch (Throwable e) {
            files.close();
            throw e;
        }
    }

    /**
     * Takes the weights: those first that look at pictures, which then can be while the decoder's are taken. To be called
     * once; whoever waits for a part is told what is thrown.
     */
    void load() {
        try {
            lifetime.enter();
        } catch (IllegalStateException closed) {
            fail(closed);
            throw closed;
        }
        try {
            ChatSource.Eyes eyes = source.eyes().orElse(null);
            if (eyes != null) {
                int width = source.language().width();
                images.complete(half(PackedCache.PICTURES, weights -> eyes.take(weights, width, callers)));
            }
            language.complete(half(PackedCache.DECODER, this::decoder));
            String note = notes.isEmpty() ? "" : "; " + String.join("; ", notes);
            description = String.join(", ", held) + "; " + kernels.description() + note;
        } catch (Throwable e) {
            fail(e);
            throw e;
        } finally {
            lifetime.leave();
        }
    }

    /** Tells those who wait for a part that it will not come. */
    void fail(Throwable reason) {
        images.fail(reason);
        language.fail(reason);
    }

    private LanguageModel decoder(ModelWeights weights) {
        int positions = Math.min(options.contextTokens(), source.language().maxPositions());
        return new LanguageModel(weights, source.language(), source.prefix(), HEAD, positions);
    }

    private <T> T half(String part, Function<ModelWeights, T> take) {
        boolean isDecoder = part.equals(PackedCache.DECODER);
        List<String> names = source.checkpoint().names().stream()
                .filter(name -> isOfDecoder(name) == isDecoder)
                .toList();
        meter.begin();
        PackedCache.Found found = layers(part, names, layers -> {
            T _ = take.apply(weights(layers, meter));
        });
        lifetime.atEnd(found.layers()::close);
        if (!found.note().isEmpty()) {
            notes.add(found.note());
        }
        if (!found.isWritten()) {
            meter.begin();
        }
        ModelWeights weights = weights(found.layers(), found.isWritten() ? LoadMeter.idle(lifetime) : meter);
        T taken = take.apply(weights);
        meter.end(bytes(names));
        held.add(weights.describe());
        return taken;
    }

    private boolean isOfDecoder(String name) {
        return source.eyes().isEmpty() || name.startsWith(source.prefix()) || name.startsWith(HEAD);
    }

    private ModelWeights weights(PackedLayers layers, LoadMeter counted) {
        return new ModelWeights(source.checkpoint(), kernels, options.precision(), layers, lifetime, counted);
    }

    private PackedCache.Found layers(String part, List<String> names, Consumer<PackedLayers> build) {
        if (options.cache().isEmpty()) {
            return new PackedCache.Found(new LayerMemory(), false, "");
        }
        long estimate = ModelWeights.estimate(source.checkpoint(), names, options.precision());
        return new PackedCache(options.cache().get())
                .layers(new PackedCache.Source(path, part, source.files(), options.precision(), estimate), build);
    }

    private long bytes(Collection<String> names) {
        return names.stream()
                .mapToLong(name -> source.checkpoint().tensor(name).segment().byteSize())
                .sum();
    }

    /** How long the weights may be used. */
    WeightLifetime lifetime() {
        return lifetime;
    }

    /** The sizes of the decoder. */
    LanguageConfiguration shape() {
        return source.language();
    }

    boolean takesPictures() {
        return source.eyes().isPresent();
    }

    /** What looks at pictures, to be waited for. */
    LoadedPart<ImageInput> eyes() {
        return images;
    }

    Tokenizer tokenizer() {
        return source.tokenizer();
    }

    /** The decoder, which is loaded. */
    LanguageModel language() {
        return Objects.requireNonNull(language.now());
    }

    /** What looks at pictures, if the model does and it is loaded. */
    @Nullable
    ImageInput images() {
        return takesPictures() ? images.now() : null;
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
        long parameters = checkpoint.names().stream()
                .mapToLong(name -> checkpoint.tensor(name).shape().elements())
                .sum();
        ImageInput input = images.peek();
        return new ModelInfo(
                source.name(),
                source.architecture(),
                "A model of the architecture " + source.architecture() + ".",
                takesPictures() ? "Talks, also about pictures." : "Talks; takes no pictures.",
                source.license(),
                parameters,
                bytes(checkpoint.names()),
                description,
                "",
                contextTokens,
                takesPictures(),
                input == null ? 0 : input.imageSize(),
                input == null ? 0 : Math.max(1, contextTokens / input.tokens()),
                source.path());
    }

    /** Ends the loading, if it has not, and the memory of the weights: {@link WeightLifetime#close}. */
    @Override
    public void close() {
        lifetime.close();
        fail(new IllegalStateException("the model is closed"));
    }
}
