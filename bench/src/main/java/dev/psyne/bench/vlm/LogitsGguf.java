package dev.psyne.bench.vlm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a GGUF file of a small model that is worth comparing: weights spread so that attention looks at some tokens more
 * than at others and logits have something to say, scales that differ from block to block, norms that are not one, biases
 * where the architecture has them, and the vocabulary of a published directory.
 */
final class LogitsGguf {
    static final int WIDTH = 256;
    static final int HEAD_WIDTH = 32;
    private static final int LAYERS = 4;
    private static final int HEADS = WIDTH / HEAD_WIDTH;
    private static final int KEY_VALUE_HEADS = 2;
    private static final int MLP = 768;
    private static final int CONTEXT = 512;
    private static final double EMBEDDING_SPREAD = 0.15;

    private final String architecture;
    private final GgufType type;
    private final SplittableRandom random = new SplittableRandom(11);
    private final GgufOutput output = new GgufOutput();
    private final List<String> tokens;

    private LogitsGguf(String architecture, GgufType type, Path tokenizer) {
        this.architecture = architecture;
        this.type = type;
        JsonNode root = new JsonMapper().readTree(tokenizer.toFile());
        this.tokens = Arrays.asList(tokens(root));
        metadata(root);
    }

    /**
     * Writes a file.
     *
     * @param architecture {@code llama} or {@code qwen2}
     * @param tokenizer a {@code tokenizer.json}
     * @param variant adds what makes the model differ
     * @return how many tokens it has
     */
    static int write(Path file, String architecture, GgufType type, Path tokenizer, Consumer<GgufOutput> variant)
            throws IOException {
        LogitsGguf gguf = new LogitsGguf(architecture, type, tokenizer);
        gguf.tensors();
        variant.accept(gguf.output);
        gguf.output.write(file);
        return gguf.tokens.size();
    }

    private void metadata(JsonNode tokenizer) {
        String prefix = architecture + ".";
        output.text("general.architecture", architecture);
        output.text("general.name", "random");
        output.integer(prefix + "context_length", CONTEXT);
        output.integer(prefix + "embedding_length", WIDTH);
        output.integer(prefix + "block_count", LAYERS);
        output.integer(prefix + "feed_forward_length", MLP);
        output.integer(prefix + "attention.head_count", HEADS);
        output.integer(prefix + "attention.head_count_kv", KEY_VALUE_HEADS);
        output.integer(prefix + "vocab_size", tokens.size());
        output.number(prefix + "rope.freq_base", 10_000);
        output.number(prefix + "attention.layer_norm_rms_epsilon", 1e-5);
        output.text("tokenizer.ggml.model", "gpt2");
        output.text("tokenizer.ggml.pre", architecture.equals("llama") ? "smollm" : "qwen2");
        output.text("tokenizer.chat_template", "{% for message in messages %}{{ message['content'] }}{% endfor %}");
        output.integer("tokenizer.ggml.eos_token_id", tokens.size() - 1);
        output.flag("tokenizer.ggml.add_bos_token", false);
        output.texts("tokenizer.ggml.tokens", tokens);
        output.texts("tokenizer.ggml.merges", merges(tokenizer));
        output.integers("tokenizer.ggml.token_type", kinds(tokenizer));
    }

    private void tensors() {
        int keyWidth = HEAD_WIDTH * KEY_VALUE_HEADS;
        matrix("token_embd", tokens.size(), WIDTH, EMBEDDING_SPREAD);
        vector("output_norm.weight", WIDTH, 1, 0.5);
        if (architecture.equals("llama")) {
            product("output", tokens.size(), WIDTH);
        }
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            vector(prefix + "attn_norm.weight", WIDTH, 1, 0.5);
            vector(prefix + "ffn_norm.weight", WIDTH, 1, 0.5);
            projection(prefix + "attn_q", WIDTH);
            projection(prefix + "attn_k", keyWidth);
            projection(prefix + "attn_v", keyWidth);
            product(prefix + "attn_output", WIDTH, WIDTH);
            product(prefix + "ffn_gate", MLP, WIDTH);
            product(prefix + "ffn_up", MLP, WIDTH);
            product(prefix + "ffn_down", WIDTH, MLP);
        }
    }

    private void projection(String name, int outputs) {
        product(name, outputs, WIDTH);
        if (architecture.equals("qwen2")) {
            vector(name + ".bias", outputs, 0, 1);
        }
    }

    /** A product whose outputs vary as much as its inputs. */
    private void product(String name, int outputs, int inputs) {
        matrix(name, outputs, inputs, 1 / Math.sqrt(inputs));
    }

    private void matrix(String name, int outputs, int inputs, double spread) {
        RandomBlocks blocks = new RandomBlocks(type, random.split(), spread);
        output.matrix(name + ".weight", type, outputs, inputs, data -> blocks.fill(data, outputs * inputs));
    }

    private void vector(String name, int length, double mean, double reach) {
        SplittableRandom values = random.split();
        output.vector(name, length, data -> uniform(data, length, mean, reach, values));
    }

    private static void uniform(ByteBuffer data, int length, double mean, double reach, SplittableRandom values) {
        for (int i = 0; i < length; i++) {
            data.putFloat((float) (mean + reach * (2 * values.nextDouble() - 1)));
        }
    }

    private static String[] tokens(JsonNode tokenizer) {
        JsonNode vocabulary = tokenizer.get("model").get("vocab");
        JsonNode added = tokenizer.get("added_tokens");
        int last = 0;
        for (String token : vocabulary.propertyNames()) {
            last = Math.max(last, vocabulary.get(token).intValue());
        }
        for (JsonNode token : added) {
            last = Math.max(last, token.get("id").intValue());
        }
        String[] tokens = IntStream.rangeClosed(0, last)
                .mapToObj(id -> "[unused" + id + "]")
                .toArray(String[]::new);
        vocabulary.propertyNames().forEach(token -> tokens[vocabulary.get(token).intValue()] = token);
        added.forEach(token ->
                tokens[token.get("id").intValue()] = token.get("content").stringValue());
        return tokens;
    }

    private static List<String> merges(JsonNode tokenizer) {
        return tokenizer
                .get("model")
                .get("merges")
                .valueStream()
                .map(merge -> merge.isString()
                        ? merge.stringValue()
                        : merge.get(0).stringValue() + " " + merge.get(1).stringValue())
                .toList();
    }

    /** Normal tokens are 1, control tokens 3. */
    private int[] kinds(JsonNode tokenizer) {
        int[] kinds = new int[tokens.size()];
        Arrays.fill(kinds, 1);
        tokenizer.get("added_tokens").forEach(token -> kinds[token.get("id").intValue()] = 3);
        return kinds;
    }
}
