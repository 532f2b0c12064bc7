package dev.psyne.bench.vlm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes a GGUF file in the shape of SmolLM-135M with random weights: a speed depends on the shape alone. Its tokenizer has
 * the bytes and the pairs of small letters.
 */
final class RandomGguf {
    private static final int WIDTH = 576;
    private static final int LAYERS = 30;
    private static final int HEADS = 9;
    private static final int KEY_VALUE_HEADS = 3;
    private static final int MLP = 1536;
    private static final int VOCABULARY = 49152;
    private static final int CONTEXT = 2048;
    private static final String TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}";

    /** Small enough that a deep model stays finite. */
    private static final double SPREAD = 0.0115;

    private final GgufType type;
    private final RandomBlocks weights;
    private final GgufOutput output = new GgufOutput();

    private RandomGguf(GgufType type) {
        this.type = type;
        this.weights = new RandomBlocks(type, new SplittableRandom(7), SPREAD);
    }

    /** Writes a file whose matrices are Q8_0 or Q4_0. */
    static void write(Path file, GgufType type) throws IOException {
        RandomGguf gguf = new RandomGguf(type);
        gguf.metadata();
        gguf.tensors();
        gguf.output.write(file);
    }

    private void tensors() {
        int keyWidth = WIDTH / HEADS * KEY_VALUE_HEADS;
        matrix("token_embd.weight", VOCABULARY, WIDTH);
        ones("output_norm.weight");
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            ones(prefix + "attn_norm.weight");
            ones(prefix + "ffn_norm.weight");
            matrix(prefix + "attn_q.weight", WIDTH, WIDTH);
            matrix(prefix + "attn_k.weight", keyWidth, WIDTH);
            matrix(prefix + "attn_v.weight", keyWidth, WIDTH);
            matrix(prefix + "attn_output.weight", WIDTH, WIDTH);
            matrix(prefix + "ffn_gate.weight", MLP, WIDTH);
            matrix(prefix + "ffn_up.weight", MLP, WIDTH);
            matrix(prefix + "ffn_down.weight", WIDTH, MLP);
        }
    }

    private void matrix(String name, int outputs, int inputs) {
        output.matrix(name, type, outputs, inputs, data -> weights.fill(data, outputs * inputs));
    }

    private void ones(String name) {
        output.vector(name, WIDTH, RandomGguf::ones);
    }

    private static void ones(ByteBuffer data) {
        for (int i = 0; i < WIDTH; i++) {
            data.putFloat(1);
        }
    }

    private void metadata() {
        output.text("general.architecture", "llama");
        output.text("general.name", "random");
        output.integer("llama.context_length", CONTEXT);
        output.integer("llama.embedding_length", WIDTH);
        output.integer("llama.block_count", LAYERS);
        output.integer("llama.feed_forward_length", MLP);
        output.integer("llama.attention.head_count", HEADS);
        output.integer("llama.attention.head_count_kv", KEY_VALUE_HEADS);
        output.integer("llama.rope.dimension_count", WIDTH / HEADS);
        output.integer("llama.vocab_size", VOCABULARY);
        output.number("llama.rope.freq_base", 100_000);
        output.number("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        output.text("tokenizer.ggml.model", "gpt2");
        output.text("tokenizer.ggml.pre", "default");
        output.text("tokenizer.chat_template", TEMPLATE);
        output.integer("tokenizer.ggml.bos_token_id", VOCABULARY - 1);
        output.integer("tokenizer.ggml.eos_token_id", VOCABULARY - 2);
        output.flag("tokenizer.ggml.add_bos_token", false);
        vocabulary();
    }

    private void vocabulary() {
        List<String> tokens = new ArrayList<>(bytes());
        List<String> merges = new ArrayList<>();
        for (char first = 'a'; first <= 'z'; first++) {
            for (char second = 'a'; second <= 'z'; second++) {
                tokens.add("" + first + second);
                merges.add(first + " " + second);
            }
        }
        int known = tokens.size();
        while (tokens.size() < VOCABULARY) {
            tokens.add("<|r" + tokens.size() + "|>");
        }
        int[] kinds = new int[VOCABULARY];
        // Normal, unused, and for the last two control.
        Arrays.setAll(kinds, id -> id < known ? 1 : id < VOCABULARY - 2 ? 5 : 3);
        output.texts("tokenizer.ggml.tokens", tokens);
        output.texts("tokenizer.ggml.merges", merges);
        output.integers("tokenizer.ggml.token_type", kinds);
    }

    /** GPT-2's spelling of the 256 bytes. */
    private static List<String> bytes() {
        List<String> spellings = new ArrayList<>();
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean isShown = value > 32 && value < 127 || value > 160 && value < 173 || value > 173;
            spellings.add(String.valueOf((char) (isShown ? value : next++)));
        }
        return spellings;
    }
}
