package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.internal.GoldenCheckpoint;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.GgufBytes;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import dev.psyne.vlm.internal.checkpoint.StoredType;
import dev.psyne.vlm.internal.layer.StoredBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes a golden checkpoint as the GGUF files llama.cpp's converter would make of it. */
final class GgufConversion {
    private static final int ALIGNMENT = 32;

    private final GoldenCheckpoint golden;
    private final StoredType type;
    private final String architecture;
    private final String prefix;
    private final int heads;
    private final int keyValueHeads;
    private final Map<String, Written> tensors = new LinkedHashMap<>();

    /** A tensor as the file has it, its shape innermost dimension first. */
    private record Written(StoredType type, long[] shape, byte[] bytes) {}

    GgufConversion(GoldenCheckpoint golden, StoredType type) {
        JsonNode text = config(golden).get("text_config");
        this.golden = golden;
        this.type = type;
        this.architecture = text.get("model_type").stringValue();
        this.prefix = isLlama() ? "model.text_model." : "model.language_model.";
        this.heads = text.get("num_attention_heads").intValue();
        this.keyValueHeads = text.get("num_key_value_heads").intValue();
    }

    private boolean isLlama() {
        return architecture.equals("llama");
    }

    private static JsonNode config(GoldenCheckpoint golden) {
        return new JsonMapper()
                .readTree(golden.directory().resolve("config.json").toFile());
    }

    void writeText(Path file) throws IOException {
        Checkpoint weights = golden.weights();
        for (String name : weights.names()) {
            if (name.startsWith(prefix) || name.startsWith("lm_head.")) {
                add(textName(name), weights.tensor(name));
            }
        }
        JsonNode text = config(golden).get("text_config");
        String template = template();
        write(
                file,
                19,
                head -> head.text("general.architecture", architecture)
                        .text("general.name", "golden")
                        .text("general.license", "apache-2.0")
                        .number(architecture + ".context_length", integer(text, "max_position_embeddings"))
                        .number(architecture + ".embedding_length", integer(text, "hidden_size"))
                        .number(architecture + ".block_count", integer(text, "num_hidden_layers"))
                        .number(architecture + ".feed_forward_length", integer(text, "intermediate_size"))
                        .number(architecture + ".attention.head_count", heads)
                        .number(architecture + ".attention.head_count_kv", keyValueHeads)
                        .string(architecture + ".rope.freq_base")
                        .u32(6)
                        .f32(text.get("rope_theta").floatValue())
                        .string(architecture + ".attention.layer_norm_rms_epsilon")
                        .u32(6)
                        .f32(text.get("rms_norm_eps").floatValue())
                        .number("tokenizer.ggml.eos_token_id", integer(text, "eos_token_id"))
                        .text("tokenizer.ggml.model", "gpt2")
                        .text("tokenizer.ggml.pre", isLlama() ? "smollm" : "qwen2")
                        .texts("tokenizer.ggml.tokens", tokens())
                        .numbers("tokenizer.ggml.token_type", tokenTypes())
                        .texts("tokenizer.ggml.merges", merges())
                        .text("tokenizer.chat_template", template)
                        .number(architecture + ".vocab_size", integer(text, "vocab_size")));
    }

    void writeVision(Path file) throws IOException {
        Checkpoint weights = golden.weights();
        for (String name : weights.names()) {
            if (name.startsWith("model.vision_model.") || name.startsWith("model.connector.")) {
                add(visionName(name), weights.tensor(name));
            }
        }
        JsonNode vision = config(golden).get("vision_config");
        JsonNode preprocessor = new JsonMapper()
                .readTree(golden.directory().resolve("preprocessor_config.json").toFile());
        int width = config(golden).get("text_config").get("hidden_size").intValue();
        write(
                file,
                14,
                head -> head.text("general.architecture", "clip")
                        .text("clip.projector_type", "idefics3")
                        .number("clip.vision.image_size", integer(vision, "image_size"))
                        .number("clip.vision.patch_size", integer(vision, "patch_size"))
                        .number("clip.vision.embedding_length", integer(vision, "hidden_size"))
                        .number("clip.vision.feed_forward_length", integer(vision, "intermediate_size"))
                        .number("clip.vision.block_count", integer(vision, "num_hidden_layers"))
                        .number("clip.vision.attention.head_count", integer(vision, "num_attention_heads"))
                        .number("clip.vision.projection_dim", width)
                        .number("clip.vision.projector.scale_factor", integer(config(golden), "scale_factor"))
                        .number("clip.vision.preproc_image_size", integer(preprocessor.get("size"), "longest_edge"))
                        .string("clip.vision.attention.layer_norm_epsilon")
                        .u32(6)
                        .f32(vision.get("layer_norm_eps").floatValue())
                        .halves("clip.vision.image_mean")
                        .halves("clip.vision.image_std"));
    }

    private static int integer(JsonNode object, String key) {
        return object.get(key).intValue();
    }

    private interface Keys {
        GgufBytes add(GgufBytes head);
    }

    private void write(Path file, int keys, Keys writer) throws IOException {
        GgufBytes out = writer.add(GgufBytes.header(3, tensors.size(), keys));
        long offset = 0;
        for (Map.Entry<String, Written> entry : tensors.entrySet()) {
            Written tensor = entry.getValue();
            out.tensor(entry.getKey(), number(tensor.type()), offset, tensor.shape());
            offset += (tensor.bytes().length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
        out.align(ALIGNMENT);
        for (Written tensor : tensors.values()) {
            out.bytes(tensor.bytes()).align(ALIGNMENT);
        }
        Files.write(file, out.array());
        tensors.clear();
    }

    private static int number(StoredType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q8_0 -> 8;
            case BF16 -> 30;
            default -> throw new IllegalArgumentException("no writer for " + type);
        };
    }

    /** Vectors and what is no whole blocks stay F32, as the converter has it. */
    private void add(String name, StoredTensor tensor) {
        int[] shape = tensor.shape().dimensions();
        float[] values = tensor.floats();
        boolean isText = name.startsWith("blk.");
        if (isText && isLlama() && (name.contains("attn_q.") || name.contains("attn_k."))) {
            values = paired(values, shape[0], name.contains("attn_q.") ? heads : keyValueHeads);
        }
        boolean isPlain = shape.length == 1 || shape[shape.length - 1] % type.blockElements() != 0;
        StoredType stored = isPlain ? StoredType.F32 : type;
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        tensors.put(name, new Written(stored, reversed, StoredBytes.of(stored, values)));
    }

    /** As the converter does it: a head as two halves of rows, the halves taken in turn. */
    private static float[] paired(float[] values, int rows, int headCount) {
        int columns = values.length / rows;
        int half = rows / headCount / 2;
        float[] paired = new float[values.length];
        for (int head = 0; head < headCount; head++) {
            for (int side = 0; side < 2; side++) {
                for (int i = 0; i < half; i++) {
                    int from = (head * 2 + side) * half + i;
                    int to = head * 2 * half + 2 * i + side;
                    System.arraycopy(values, from * columns, paired, to * columns, columns);
                }
            }
        }
        return paired;
    }

    private String textName(String name) {
        return name.replace(prefix + "embed_tokens", "token_embd")
                .replace(prefix + "norm", "output_norm")
                .replace("lm_head", "output")
                .replace(prefix + "layers", "blk")
                .replace("input_layernorm", "attn_norm")
                .replace("post_attention_layernorm", "ffn_norm")
                .replace("self_attn.o_proj", "attn_output")
                .replaceAll("self_attn\\.(.)_proj", "attn_$1")
                .replaceAll("mlp\\.(.*)_proj", "ffn_$1");
    }

    private static String visionName(String name) {
        return name.replace("model.vision_model.embeddings.patch_embedding", "v.patch_embd")
                .replace("model.vision_model.embeddings.position_embedding", "v.position_embd")
                .replace("model.vision_model.post_layernorm", "v.post_ln")
                .replace("model.connector.modality_projection.proj", "mm.model.fc")
                .replace("model.vision_model.encoder.layers", "v.blk")
                .replace("layer_norm", "ln")
                .replace("self_attn.out_proj", "attn_out")
                .replaceAll("self_attn\\.(.)_proj", "attn_$1")
                .replace("mlp.fc1", "ffn_up")
                .replace("mlp.fc2", "ffn_down");
    }

    private JsonNode tokenizer() {
        return new JsonMapper()
                .readTree(golden.directory().resolve("tokenizer.json").toFile());
    }

    private List<String> tokens() {
        Map<Integer, String> byId = new LinkedHashMap<>();
        JsonNode vocabulary = tokenizer().get("model").get("vocab");
        vocabulary.propertyNames().forEach(name -> byId.put(vocabulary.get(name).intValue(), name));
        for (JsonNode token : tokenizer().get("added_tokens")) {
            byId.put(token.get("id").intValue(), token.get("content").stringValue());
        }
        List<String> tokens = new ArrayList<>();
        int rows = integer(config(golden).get("text_config"), "vocab_size");
        for (int id = 0; id < rows; id++) {
            tokens.add(byId.getOrDefault(id, "[PAD" + id + "]"));
        }
        return tokens;
    }

    private List<Integer> tokenTypes() {
        List<Integer> kinds = new ArrayList<>(
                tokens().stream().map(token -> token.startsWith("[PAD") ? 5 : 1).toList());
        for (JsonNode token : tokenizer().get("added_tokens")) {
            kinds.set(token.get("id").intValue(), token.get("special").booleanValue() ? 3 : 4);
        }
        return kinds;
    }

    private List<String> merges() {
        List<String> merges = new ArrayList<>();
        for (JsonNode pair : tokenizer().get("model").get("merges")) {
            merges.add(
                    pair.isString()
                            ? pair.stringValue()
                            : pair.get(0).stringValue() + " " + pair.get(1).stringValue());
        }
        return merges;
    }

    private String template() throws IOException {
        Path jinja = golden.directory().resolve("chat_template.jinja");
        return Files.exists(jinja)
                ? Files.readString(jinja)
                : new JsonMapper()
                        .readTree(
                                golden.directory().resolve("chat_template.json").toFile())
                        .get("chat_template")
                        .stringValue();
    }
}
