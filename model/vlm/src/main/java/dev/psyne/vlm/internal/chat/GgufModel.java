package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint.Place;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.EndTokens;
import dev.psyne.vlm.internal.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Models in GGUF files (ggml, {@code docs/gguf.md}): the decoder in one, what looks at pictures in an {@code mmproj} file
 * beside it, if there is one that fits.
 */
final class GgufModel {
    private static final String PREFIX = "model.";
    private static final String LLAMA = "llama";
    private static final String QWEN2 = "qwen2";
    private static final String EMBEDDING = "token_embd.weight";
    private static final String IMAGE_TOKEN = "<image>";

    private static final int MAX_LAYERS = 512;
    private static final int MAX_WIDTH = 1 << 17;
    private static final int MAX_POSITIONS = 1 << 24;
    private static final double MAX_BASE = 1e12;
    private static final double DEFAULT_BASE = 10_000;

    private GgufModel() {}

    static ChatSource open(Path path) {
        GgufFile file = GgufFile.open(path);
        List<Checkpoint> owners = new ArrayList<>(List.of(file));
        try {
            return source(path, file, owners);
        } catch (RuntimeException e) {
            owners.forEach(Checkpoint::close);
            throw e;
        }
    }

    private static ChatSource source(Path path, GgufFile file, List<Checkpoint> owners) {
        GgufMetadata metadata = file.metadata();
        String architecture = architecture(metadata);
        LanguageConfiguration language = language(architecture, file);
        Tokenizer tokenizer = Tokenizer.of(metadata);
        ChatTemplate template = ChatTemplate.of(metadata)
                .orElseThrow(() -> metadata.refuse("tokenizer.chat_template", "the model's chat template"));
        Map<String, Place> places =
                new HashMap<>(GgufNames.text(file, architecture.equals(LLAMA) ? language.headWidth() : 0));
        Optional<GgufVision> vision = GgufVision.beside(path, language.width());
        vision.ifPresent(half -> {
            owners.add(half.file());
            places.putAll(half.places());
        });
        RenamedCheckpoint checkpoint = new RenamedCheckpoint(owners, places);
        OptionalInt image = tokenizer.id(IMAGE_TOKEN);
        if (vision.isPresent() && image.isEmpty()) {
            throw new ModelException(path, "tokenizer.ggml.tokens", "no " + IMAGE_TOKEN, "a token for pictures");
        }
        return new ChatSource(
                path,
                metadata.text("general.name", ChatSource.name(path, architecture)),
                architecture,
                metadata.text("general.license", ""),
                checkpoint,
                checkpoint.files(),
                tokenizer,
                template,
                variables(metadata, tokenizer),
                EndTokens.of(metadata),
                language,
                PREFIX,
                image.orElse(-1),
                vision.map(GgufVision::eyes));
    }

    private static String architecture(GgufMetadata metadata) {
        String architecture = metadata.text("general.architecture");
        if (!architecture.equals(LLAMA) && !architecture.equals(QWEN2)) {
            throw metadata.refuse(
                    "general.architecture",
                    architecture.equals("clip")
                            ? "llama or qwen2: this is the half that looks at pictures, open the other"
                            : "llama or qwen2");
        }
        return architecture;
    }

    private static LanguageConfiguration language(String architecture, GgufFile file) {
        GgufMetadata metadata = file.metadata();
        String prefix = architecture + ".";
        int width = metadata.integer(prefix + "embedding_length", 1, MAX_WIDTH);
        int heads = metadata.integer(prefix + "attention.head_count", 1, MAX_WIDTH);
        int keyValueHeads = metadata.integer(prefix + "attention.head_count_kv", 1, heads, heads);
        int headWidth = metadata.integer(prefix + "attention.key_length", 2, MAX_WIDTH, width / heads);
        if (heads % keyValueHeads != 0) {
            throw metadata.refuse(prefix + "attention.head_count_kv", "a divisor of " + heads);
        }
        if (headWidth < 2 || headWidth % 2 != 0) {
            throw metadata.refuse(prefix + "attention.head_count", "heads of an even width of at least 2");
        }
        refuseVariants(file, prefix, headWidth);
        int positions = metadata.integer(prefix + "context_length", 1, MAX_POSITIONS);
        return new LanguageConfiguration(
                metadata.integer(prefix + "block_count", 1, MAX_LAYERS),
                width,
                heads,
                keyValueHeads,
                headWidth,
                metadata.integer(prefix + "feed_forward_length", 1, MAX_WIDTH),
                file.tensor(EMBEDDING).shape().dimension(0),
                positions,
                metadata.number(prefix + "rope.freq_base", 1, MAX_BASE, DEFAULT_BASE),
                GgufRotary.scaling(file, prefix, positions, headWidth),
                (float) metadata.number(prefix + "attention.layer_norm_rms_epsilon", 0, 1),
                false);
    }

    /** What would be computed otherwise than said is refused. */
    private static void refuseVariants(GgufFile file, String prefix, int headWidth) {
        GgufMetadata metadata = file.metadata();
        if (metadata.integer(prefix + "rope.dimension_count", 1, MAX_WIDTH, headWidth) != headWidth) {
            throw metadata.refuse(prefix + "rope.dimension_count", "the width of a head, " + headWidth);
        }
        if (metadata.integer(prefix + "expert_count", 0, MAX_WIDTH, 0) != 0) {
            throw metadata.refuse(prefix + "expert_count", "0: mixtures of experts are not built");
        }
    }

    private static Map<String, String> variables(GgufMetadata metadata, Tokenizer tokenizer) {
        Map<String, String> variables = new HashMap<>();
        for (String name : List.of("bos", "eos")) {
            String key = "tokenizer.ggml." + name + "_token_id";
            if (metadata.has(key)) {
                int id = metadata.integer(key, 0, tokenizer.size() - 1);
                variables.put(name + "_token", tokenizer.decode(new int[] {id}, true));
            }
        }
        return variables;
    }
}
