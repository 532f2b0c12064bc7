package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint.Place;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names llama.cpp gives to tensors ({@code gguf-py/gguf/constants.py}, {@code TENSOR_NAMES}) as those of transformers.
 * Tensors with other names are left out.
 */
final class GgufNames {
    private static final Map<String, String> TEXT = Map.of(
            "token_embd", "model.embed_tokens",
            "output_norm", "model.norm",
            "output", "lm_head");

    private static final Map<String, String> TEXT_LAYER = Map.of(
            "attn_norm", "input_layernorm",
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_output", "self_attn.o_proj",
            "ffn_norm", "post_attention_layernorm",
            "ffn_gate", "mlp.gate_proj",
            "ffn_up", "mlp.up_proj",
            "ffn_down", "mlp.down_proj");

    private static final Map<String, String> VISION = Map.of(
            "v.patch_embd", "model.vision_model.embeddings.patch_embedding",
            "v.position_embd", "model.vision_model.embeddings.position_embedding",
            "v.post_ln", "model.vision_model.post_layernorm",
            "mm.model.fc", "model.connector.modality_projection.proj");

    private static final Map<String, String> VISION_LAYER = Map.of(
            "ln1", "layer_norm1",
            "ln2", "layer_norm2",
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_out", "self_attn.out_proj",
            "ffn_up", "mlp.fc1",
            "ffn_down", "mlp.fc2");

    private GgufNames() {}

    /**
     * The tensors of a decoder.
     *
     * @param pairedRows floats of a head if the rows of queries and keys are in pairs, else 0: llama.cpp's converter
     *     reorders those of Llama ({@code LlamaModel.permute})
     */
    static Map<String, Place> text(Checkpoint file, int pairedRows) {
        Map<String, Place> places = new LinkedHashMap<>();
        for (String name : file.names()) {
            String found = translated(name, TEXT, "blk.", TEXT_LAYER, "model.layers.");
            boolean isPaired = name.contains(".attn_q.") || name.contains(".attn_k.");
            if (!found.isEmpty()) {
                places.put(found, new Place(file, name, isPaired ? pairedRows : 0));
            }
        }
        return places;
    }

    /**
     * The tensors of an image tower and its connector.
     *
     * @param isSwapped whether the products of the perceptrons have each other's name, as in older files
     */
    static Map<String, Place> vision(Checkpoint file, boolean isSwapped) {
        Map<String, Place> places = new LinkedHashMap<>();
        for (String name : file.names()) {
            String found = translated(
                    isSwapped ? swapped(name) : name,
                    VISION,
                    "v.blk.",
                    VISION_LAYER,
                    "model.vision_model.encoder.layers.");
            if (!found.isEmpty()) {
                places.put(found, new Place(file, name));
            }
        }
        return places;
    }

    private static String swapped(String name) {
        return name.contains(".ffn_up.") ? name.replace("ffn_up", "ffn_down") : name.replace("ffn_down", "ffn_up");
    }

    /** The name with its parts translated; empty if one is not known. */
    private static String translated(
            String name, Map<String, String> whole, String block, Map<String, String> parts, String layers) {
        int end = name.lastIndexOf('.');
        if (end < 0) {
            return "";
        }
        String kind = name.substring(end);
        String stem = name.substring(0, end);
        if (whole.containsKey(stem)) {
            return whole.get(stem) + kind;
        }
        int dot = stem.indexOf('.', block.length());
        if (!stem.startsWith(block) || dot < 0) {
            return "";
        }
        String part = parts.get(stem.substring(dot + 1));
        return part == null ? "" : layers + stem.substring(block.length(), dot + 1) + part + kind;
    }
}
