package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufFile;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint.Place;
import dev.psyne.vlm.internal.vision.SmolVlmInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The half of a model that looks at pictures, as llama.cpp keeps it ({@code tools/mtmd/clip-impl.h}): an image tower of SigLIP
 * and the connector of Idefics3. What the file says is told in the words of {@code config.json} to who reads those.
 *
 * @param file open; belongs to whoever takes it
 * @param configuration as {@code config.json} has it
 * @param preprocessor as {@code preprocessor_config.json} has it
 */
record GgufVision(GgufFile file, JsonFields configuration, JsonFields preprocessor) {
    private static final String FILES = "mmproj*" + GgufFile.ENDING;
    private static final String PROJECTOR = "clip.projector_type";
    private static final String IDEFICS3 = "idefics3";
    private static final String VISION = "clip.vision.";
    private static final int MAX_SIZE = 1 << 17;

    /** Tiles along the longest edge, where the file does not say how long that is. */
    private static final int TILES = 4;

    /** The first by name, in the directory of a model, that is made for its width. */
    static Optional<GgufVision> beside(Path model, int width) {
        Path directory = model.toAbsolutePath().resolveSibling("");
        TreeSet<Path> candidates = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, FILES)) {
            files.forEach(candidates::add);
        } catch (IOException e) {
            throw new ModelException(directory, "directory", e.toString(), "one that can be listed", e);
        }
        for (Path candidate : candidates) {
            GgufFile file = GgufFile.open(candidate);
            try {
                if (file.metadata().integer(VISION + "projection_dim", 1, MAX_SIZE) == width) {
                    return Optional.of(of(file));
                }
                file.close();
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        }
        return Optional.empty();
    }

    private static GgufVision of(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        if (!metadata.text(PROJECTOR).equals(IDEFICS3)) {
            throw metadata.refuse(PROJECTOR, IDEFICS3);
        }
        ObjectNode root = new JsonMapper().createObjectNode();
        ObjectNode vision = root.putObject("vision_config");
        copy(metadata, "embedding_length", vision, "hidden_size");
        copy(metadata, "feed_forward_length", vision, "intermediate_size");
        copy(metadata, "block_count", vision, "num_hidden_layers");
        copy(metadata, "attention.head_count", vision, "num_attention_heads");
        copy(metadata, "image_size", vision, "image_size");
        copy(metadata, "patch_size", vision, "patch_size");
        vision.put("layer_norm_eps", metadata.number(VISION + "attention.layer_norm_epsilon", 0, 1));
        copy(metadata, "projector.scale_factor", root, "scale_factor");
        return new GgufVision(file, fields(file, root), fields(file, preprocessor(metadata)));
    }

    private static void copy(GgufMetadata metadata, String key, ObjectNode target, String name) {
        target.put(name, metadata.integer(VISION + key, 1, MAX_SIZE));
    }

    private static ObjectNode preprocessor(GgufMetadata metadata) {
        int tile = metadata.integer(VISION + "image_size", 1, MAX_SIZE / TILES);
        ObjectNode root = new JsonMapper().createObjectNode();
        root.putObject("size")
                .put("longest_edge", metadata.integer(VISION + "preproc_image_size", tile, MAX_SIZE, TILES * tile));
        root.putObject("max_image_size").put("longest_edge", tile);
        for (String name : new String[] {"image_mean", "image_std"}) {
            ArrayNode numbers = root.putArray(name);
            for (double number : metadata.numbers(VISION + name)) {
                numbers.add(number);
            }
        }
        return root;
    }

    private static JsonFields fields(GgufFile file, ObjectNode root) {
        return JsonFields.parse(file.path(), root.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The tensors by the names of transformers. */
    Map<String, Place> places() {
        int hidden = configuration.child("vision_config").integer("intermediate_size", 1, MAX_SIZE);
        String up = "v.blk.0.ffn_up.weight";
        boolean isSwapped = file.names().contains(up) && file.tensor(up).shape().dimension(0) != hidden;
        return GgufNames.vision(file, isSwapped);
    }

    ChatSource.Eyes eyes() {
        return (weights, width, callers) -> new SmolVlmInput(weights, configuration, preprocessor, width, callers);
    }
}
