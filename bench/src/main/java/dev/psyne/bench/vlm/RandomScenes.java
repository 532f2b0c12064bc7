package dev.psyne.bench.vlm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the directory of a variant of the scene model with random weights: a speed depends on the shape alone. Words, names
 * and the photo tower are the embedded model's, and so is every tensor outside the layers, made as wide as the variant.
 */
final class RandomScenes {
    private static final String WEIGHTS = "model.safetensors";
    private static final String SCALE = ".scale";
    private static final List<String> SAME = List.of("tokenizer.json", "photo.json", "photo.safetensors");

    /** The token that ends an answer; with a vector of zeros it is never the likeliest. */
    private static final int END_TOKEN = 3;

    private static final float SPREAD = 0.04f;
    private static final float BYTE_SCALE = SPREAD / 2 / 127;
    private static final JsonMapper JSON = new JsonMapper();

    private final SceneVariant variant;
    private final boolean inBytes;
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private final SplittableRandom random = new SplittableRandom(11);

    /** A tensor to be written. */
    private record Entry(boolean isByte, int... shape) {
        int elements() {
            return IntStream.of(shape).reduce(1, Math::multiplyExact);
        }

        long bytes() {
            return (long) elements() * (isByte ? Byte.BYTES : Float.BYTES);
        }
    }

    private RandomScenes(SceneVariant variant, boolean inBytes, Path embedded) throws IOException {
        this.variant = variant;
        this.inBytes = inBytes;
        JsonNode decoder = JSON.readTree(Files.readAllBytes(embedded.resolve("model.json")))
                .get("decoder");
        widened(header(embedded.resolve(WEIGHTS)), decoder.get("width").intValue());
        blocks();
        layers("encoder", variant.encoderLayers());
        layers("decoder", variant.decoderLayers());
    }

    /**
     * Writes the directory.
     *
     * @param inBytes whether matrices are I8 with scales, as an exported model has them, or F32
     * @param embedded the directory of the embedded model
     */
    static void write(Path directory, SceneVariant variant, boolean inBytes, Path embedded) throws IOException {
        Files.createDirectories(directory);
        for (String name : SAME) {
            Files.copy(embedded.resolve(name), directory.resolve(name));
        }
        RandomScenes scenes = new RandomScenes(variant, inBytes, embedded);
        Files.write(directory.resolve("model.json"), scenes.configuration(embedded.resolve("model.json")));
        scenes.writeWeights(directory.resolve(WEIGHTS));
    }

    private static JsonNode header(Path weights) throws IOException {
        try (InputStream in = Files.newInputStream(weights)) {
            long length = ByteBuffer.wrap(in.readNBytes(Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            return JSON.readTree(in.readNBytes(Math.toIntExact(length)));
        }
    }

    private void widened(JsonNode header, int embeddedWidth) {
        for (Map.Entry<String, JsonNode> stored : header.properties()) {
            String name = stored.getKey();
            boolean isOwn = name.contains(".layers.") || name.startsWith("encoder.blocks.");
            if (!isOwn && !name.equals("__metadata__") && !name.endsWith(SCALE)) {
                JsonNode shape = stored.getValue().get("shape");
                int[] sizes = IntStream.range(0, shape.size())
                        .map(i -> shape.get(i).intValue())
                        .map(size -> size == embeddedWidth ? variant.width() : size)
                        .toArray();
                switch (name) {
                    case "encoder.positions", "prefix.positions" -> sizes[0] = variant.grid() * variant.grid();
                    case "encoder.project.weight" ->
                        sizes[1] = variant.channels().getLast();
                    default -> {}
                }
                add(name, stored.getValue().get("dtype").stringValue().equals("I8"), sizes);
            }
        }
    }

    private void add(String name, boolean isMatrix, int... shape) {
        tensors.put(name, new Entry(isMatrix && inBytes, shape));
        if (isMatrix && inBytes) {
            tensors.put(name + SCALE, new Entry(false, shape[0]));
        }
    }

    /** Four halvings, one residual block after the second and the third and two after the last. */
    private void blocks() {
        List<Integer> channels = variant.channels();
        int index = 0;
        for (int i = 0; i < channels.size(); i++) {
            convolution("encoder.blocks." + index++ + ".", i == 0 ? 3 : channels.get(i - 1), channels.get(i));
            for (int residual = residuals(i); residual > 0; residual--) {
                convolution("encoder.blocks." + index + ".conv1.", channels.get(i), channels.get(i));
                convolution("encoder.blocks." + index++ + ".conv2.", channels.get(i), channels.get(i));
            }
        }
    }

    private int residuals(int halving) {
        return halving == 0 ? 0 : halving == variant.channels().size() - 1 ? 2 : 1;
    }

    private void convolution(String prefix, int in, int out) {
        add(prefix + "weight", true, out, in, 3, 3);
        add(prefix + "bias", false, out);
    }

    private void layers(String stack, int count) {
        int width = variant.width();
        for (int layer = 0; layer < count; layer++) {
            String prefix = stack + ".layers." + layer + ".";
            add(prefix + "attention_norm.weight", false, width);
            add(prefix + "attention.qkv.weight", true, 3 * width, width);
            add(prefix + "attention.out.weight", true, width, width);
            add(prefix + "mlp_norm.weight", false, width);
            add(prefix + "mlp.up.weight", true, variant.mlp(), width);
            add(prefix + "mlp.up.bias", false, variant.mlp());
            add(prefix + "mlp.down.weight", true, width, variant.mlp());
            add(prefix + "mlp.down.bias", false, width);
        }
    }

    private byte[] configuration(Path embedded) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(embedded));
        root.put("name", "scenes-2-" + variant.name()).put("description", "Random weights, to be measured.");
        root.withObject("image").put("size", variant.image());
        // No answer is cut short: every one takes as many tokens as it is asked for.
        root.withObject("answer").put("threshold", 0).put("unsure", 0);
        ObjectNode encoder = root.withObject("encoder");
        encoder.put("grid", variant.grid()).put("layers", variant.encoderLayers());
        ArrayNode blocks = encoder.putArray("blocks");
        for (int i = 0; i < variant.channels().size(); i++) {
            int out = variant.channels().get(i);
            blocks.addObject()
                    .put("kind", "conv")
                    .put("in", i == 0 ? 3 : variant.channels().get(i - 1))
                    .put("out", out)
                    .put("kernel", 3)
                    .put("stride", 2)
                    .put("padding", 1);
            for (int residual = residuals(i); residual > 0; residual--) {
                blocks.addObject().put("kind", "residual").put("channels", out);
            }
        }
        root.withObject("decoder").put("layers", variant.decoderLayers());
        for (String stack : List.of("encoder", "decoder")) {
            root.withObject(stack)
                    .put("width", variant.width())
                    .put("heads", variant.heads())
                    .put("mlp", variant.mlp());
        }
        return JSON.writeValueAsBytes(root);
    }

    private void writeWeights(Path file) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
            Entry entry = tensor.getValue();
            ObjectNode node = header.putObject(tensor.getKey()).put("dtype", entry.isByte() ? "I8" : "F32");
            ArrayNode shape = node.putArray("shape");
            IntStream.of(entry.shape()).forEach(shape::add);
            // Bytes come in multiples of 16 here, so that floats stay aligned.
            node.putArray("data_offsets").add(offset).add(offset + entry.bytes());
            offset += entry.bytes();
        }
        String json = JSON.writeValueAsString(header);
        byte[] padded = (json + " ".repeat((Long.BYTES - json.length() % Long.BYTES) % Long.BYTES))
                .getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.write(length.putLong(padded.length).array());
            out.write(padded);
            for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
                out.write(values(tensor.getKey(), tensor.getValue()));
            }
        }
    }

    private byte[] values(String name, Entry entry) {
        int count = entry.elements();
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(entry.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        int silent = name.equals("embedding.weight") ? END_TOKEN * entry.shape()[1] : count;
        for (int i = 0; i < count; i++) {
            boolean isSilent = i >= silent && i < silent + variant.width();
            if (entry.isByte()) {
                data.put((byte) (isSilent ? 0 : random.nextInt(-127, 128)));
            } else if (name.endsWith(SCALE)) {
                data.putFloat(BYTE_SCALE);
            } else {
                float value = name.contains("norm.") ? 1 : (random.nextFloat() - 0.5f) * SPREAD;
                data.putFloat(isSilent ? 0 : value);
            }
        }
        return data.array();
    }
}
