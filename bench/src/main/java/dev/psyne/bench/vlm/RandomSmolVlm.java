package dev.psyne.bench.vlm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a directory in the shape of SmolVLM-256M, as published, with random weights in BF16 and a small tokenizer: a speed
 * depends on the shape alone.
 */
final class RandomSmolVlm {
    private static final int WIDTH = 576;
    private static final int LAYERS = 30;
    private static final int KEY_WIDTH = 192;
    private static final int MLP = 1536;
    private static final int VOCABULARY = 49280;
    private static final int VISION_WIDTH = 768;
    private static final int VISION_LAYERS = 12;
    private static final int VISION_MLP = 3072;
    private static final int PATCHES = 1024;
    private static final int PATCH_VALUES = 3 * 16 * 16;
    private static final int SHUFFLE = 16;

    private static final String CONFIGURATION = """
            {"architectures": ["Idefics3ForConditionalGeneration"], "model_type": "idefics3", "image_token_id": %d,
             "scale_factor": 4, "tie_word_embeddings": false,
             "text_config": {"model_type": "llama", "hidden_size": 576, "intermediate_size": 1536,
              "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3, "head_dim": 64,
              "vocab_size": 49280, "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "rope_theta": 100000,
              "hidden_act": "silu"},
             "vision_config": {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
              "num_attention_heads": 12, "image_size": 512, "patch_size": 16, "hidden_act": "gelu_pytorch_tanh",
              "layer_norm_eps": 1e-06}}
            """;
    private static final String PREPROCESSOR = """
            {"do_image_splitting": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "resample": 1,
             "size": {"longest_edge": %d}, "max_image_size": {"longest_edge": 512}}
            """;

    private final Map<String, int[]> tensors = new LinkedHashMap<>();

    private RandomSmolVlm() {
        String text = "model.text_model.";
        tensor(text + "embed_tokens.weight", VOCABULARY, WIDTH);
        tensor("lm_head.weight", VOCABULARY, WIDTH);
        tensor(text + "norm.weight", WIDTH);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = text + "layers." + layer + ".";
            tensor(prefix + "input_layernorm.weight", WIDTH);
            tensor(prefix + "post_attention_layernorm.weight", WIDTH);
            tensor(prefix + "self_attn.q_proj.weight", WIDTH, WIDTH);
            tensor(prefix + "self_attn.k_proj.weight", KEY_WIDTH, WIDTH);
            tensor(prefix + "self_attn.v_proj.weight", KEY_WIDTH, WIDTH);
            tensor(prefix + "self_attn.o_proj.weight", WIDTH, WIDTH);
            tensor(prefix + "mlp.gate_proj.weight", MLP, WIDTH);
            tensor(prefix + "mlp.up_proj.weight", MLP, WIDTH);
            tensor(prefix + "mlp.down_proj.weight", WIDTH, MLP);
        }
        tower();
        tensor("model.connector.modality_projection.proj.weight", WIDTH, SHUFFLE * VISION_WIDTH);
    }

    private void tower() {
        String vision = "model.vision_model.";
        biased(vision + "embeddings.patch_embedding", VISION_WIDTH, PATCH_VALUES);
        tensor(vision + "embeddings.position_embedding.weight", PATCHES, VISION_WIDTH);
        norm(vision + "post_layernorm");
        for (int layer = 0; layer < VISION_LAYERS; layer++) {
            String prefix = vision + "encoder.layers." + layer + ".";
            norm(prefix + "layer_norm1");
            norm(prefix + "layer_norm2");
            for (String name : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                biased(prefix + "self_attn." + name, VISION_WIDTH, VISION_WIDTH);
            }
            biased(prefix + "mlp.fc1", VISION_MLP, VISION_WIDTH);
            biased(prefix + "mlp.fc2", VISION_WIDTH, VISION_MLP);
        }
    }

    private void norm(String name) {
        tensor(name + ".weight", VISION_WIDTH);
        tensor(name + ".bias", VISION_WIDTH);
    }

    private void biased(String name, int outputs, int inputs) {
        tensor(name + ".weight", outputs, inputs);
        tensor(name + ".bias", outputs);
    }

    private void tensor(String name, int... shape) {
        tensors.put(name, shape);
    }

    /**
     * Writes the directory.
     *
     * @param tokenizer a directory with a tokenizer and a chat template of SmolVLM's
     * @param imageToken the id of its token for a row of a picture
     * @param longestEdge to which pictures are brought: 512 for one tile, 1024 for four and the whole
     */
    static void write(Path directory, Path tokenizer, int imageToken, int longestEdge) throws IOException {
        Files.createDirectories(directory);
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json", "chat_template.json"}) {
            Files.copy(tokenizer.resolve(name), directory.resolve(name));
        }
        Files.writeString(directory.resolve("config.json"), CONFIGURATION.formatted(imageToken));
        Files.writeString(directory.resolve("preprocessor_config.json"), PREPROCESSOR.formatted(longestEdge));
        new RandomSmolVlm().writeWeights(directory.resolve("model.safetensors"));
    }

    private void writeWeights(Path file) throws IOException {
        StringBuilder header = new StringBuilder("{");
        long offset = 0;
        for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
            long end = offset + (long) elements(tensor.getValue()) * Short.BYTES;
            header.append(header.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.getKey(), Arrays.toString(tensor.getValue()), offset, end));
            offset = end;
        }
        header.append("}");
        header.append(" ".repeat((Long.BYTES - header.length() % Long.BYTES) % Long.BYTES));
        byte[] json = header.toString().getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer head = ByteBuffer.allocate(Long.BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
            write(channel, head.putLong(json.length).put(json).flip());
            RandomWeights weights = new RandomWeights();
            for (int[] shape : tensors.values()) {
                ByteBuffer data =
                        ByteBuffer.allocate(elements(shape) * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                weights.brain(data, elements(shape));
                write(channel, data.flip());
            }
        }
    }

    private static int elements(int[] shape) {
        return shape.length == 1 ? shape[0] : shape[0] * shape[1];
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = channel.write(bytes);
        }
    }
}
