package dev.psyne.bench.vlm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a GGUF file (github.com/ggml-org/ggml, docs/gguf.md, version 3) in the shape of SmolLM-135M with random weights: a
 * speed depends on the shape alone. Its tokenizer has the bytes and the pairs of small letters.
 */
final class RandomGguf {
    private static final int WIDTH = 576;
    private static final int LAYERS = 30;
    private static final int HEADS = 9;
    private static final int KEY_VALUE_HEADS = 3;
    private static final int MLP = 1536;
    private static final int VOCABULARY = 49152;
    private static final int CONTEXT = 2048;
    private static final int ALIGNMENT = 32;
    private static final int HEADER_BYTES = 1 << 22;
    private static final String TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}";

    private static final int U32 = 4;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int I32 = 5;

    /** How its matrices are stored. */
    enum Type {
        Q8_0(8, 34),
        Q4_0(2, 18);

        private final int code;
        private final int blockBytes;

        Type(int code, int blockBytes) {
            this.code = code;
            this.blockBytes = blockBytes;
        }
    }

    private record TensorInfo(String name, int outputs, int inputs, long offset) {}

    private final Type type;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<TensorInfo> tensors = new ArrayList<>();
    private long dataBytes;
    private int entries;

    private RandomGguf(Type type) {
        this.type = type;
        vectorsAndMatrices();
    }

    /** Writes a file. */
    static void write(Path file, Type type) throws IOException {
        RandomGguf gguf = new RandomGguf(type);
        gguf.header();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, gguf.header.flip());
            RandomWeights weights = new RandomWeights();
            for (TensorInfo tensor : gguf.tensors) {
                write(channel, gguf.data(tensor, weights));
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = channel.write(bytes);
        }
    }

    private void vectorsAndMatrices() {
        int keyWidth = WIDTH / HEADS * KEY_VALUE_HEADS;
        tensor("token_embd.weight", VOCABULARY, WIDTH);
        tensor("output_norm.weight", 1, WIDTH);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "blk." + layer + ".";
            tensor(prefix + "attn_norm.weight", 1, WIDTH);
            tensor(prefix + "ffn_norm.weight", 1, WIDTH);
            tensor(prefix + "attn_q.weight", WIDTH, WIDTH);
            tensor(prefix + "attn_k.weight", keyWidth, WIDTH);
            tensor(prefix + "attn_v.weight", keyWidth, WIDTH);
            tensor(prefix + "attn_output.weight", WIDTH, WIDTH);
            tensor(prefix + "ffn_gate.weight", MLP, WIDTH);
            tensor(prefix + "ffn_up.weight", MLP, WIDTH);
            tensor(prefix + "ffn_down.weight", WIDTH, MLP);
        }
    }

    private void tensor(String name, int outputs, int inputs) {
        TensorInfo tensor = new TensorInfo(name, outputs, inputs, dataBytes);
        tensors.add(tensor);
        dataBytes += aligned(bytes(tensor));
    }

    private int bytes(TensorInfo tensor) {
        return tensor.outputs() == 1
                ? tensor.inputs() * Float.BYTES
                : tensor.outputs() * (tensor.inputs() / 32) * type.blockBytes;
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private ByteBuffer data(TensorInfo tensor, RandomWeights weights) {
        ByteBuffer data = ByteBuffer.allocate(aligned(bytes(tensor))).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.outputs() == 1) {
            for (int i = 0; i < tensor.inputs(); i++) {
                data.putFloat(1);
            }
        } else if (type == Type.Q8_0) {
            weights.eightBits(data, tensor.outputs() * tensor.inputs());
        } else {
            weights.fourBits(data, tensor.outputs() * tensor.inputs());
        }
        return data.position(data.capacity()).flip();
    }

    private void header() {
        header.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(tensors.size());
        int countAt = header.position();
        header.putLong(0);
        metadata();
        header.putLong(countAt, entries);
        for (TensorInfo tensor : tensors) {
            string(tensor.name());
            boolean isVector = tensor.outputs() == 1;
            header.putInt(isVector ? 1 : 2).putLong(tensor.inputs());
            if (!isVector) {
                header.putLong(tensor.outputs());
            }
            header.putInt(isVector ? 0 : type.code).putLong(tensor.offset());
        }
        while (header.position() % ALIGNMENT != 0) {
            header.put((byte) 0);
        }
    }

    private void metadata() {
        text("general.architecture", "llama");
        text("general.name", "random");
        integer("llama.context_length", CONTEXT);
        integer("llama.embedding_length", WIDTH);
        integer("llama.block_count", LAYERS);
        integer("llama.feed_forward_length", MLP);
        integer("llama.attention.head_count", HEADS);
        integer("llama.attention.head_count_kv", KEY_VALUE_HEADS);
        integer("llama.rope.dimension_count", WIDTH / HEADS);
        integer("llama.vocab_size", VOCABULARY);
        number("llama.rope.freq_base", 100_000);
        number("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        text("tokenizer.ggml.model", "gpt2");
        text("tokenizer.ggml.pre", "default");
        text("tokenizer.chat_template", TEMPLATE);
        integer("tokenizer.ggml.bos_token_id", VOCABULARY - 1);
        integer("tokenizer.ggml.eos_token_id", VOCABULARY - 2);
        key("tokenizer.ggml.add_bos_token", BOOL);
        header.put((byte) 0);
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
        strings("tokenizer.ggml.tokens", tokens);
        strings("tokenizer.ggml.merges", merges);
        key("tokenizer.ggml.token_type", ARRAY);
        header.putInt(I32).putLong(VOCABULARY);
        for (int id = 0; id < VOCABULARY; id++) {
            // Normal, unused, and for the last two control.
            header.putInt(id < known ? 1 : id < VOCABULARY - 2 ? 5 : 3);
        }
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

    private void key(String key, int kind) {
        string(key);
        header.putInt(kind);
        entries++;
    }

    private void text(String key, String value) {
        key(key, STRING);
        string(value);
    }

    private void integer(String key, int value) {
        key(key, U32);
        header.putInt(value);
    }

    private void number(String key, float value) {
        key(key, F32);
        header.putFloat(value);
    }

    private void strings(String key, List<String> values) {
        key(key, ARRAY);
        header.putInt(STRING).putLong(values.size());
        values.forEach(this::string);
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header.putLong(bytes.length).put(bytes);
    }
}
