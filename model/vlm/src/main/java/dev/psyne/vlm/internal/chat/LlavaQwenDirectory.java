package dev.psyne.vlm.internal.chat;

import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.RenamedCheckpoint;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.text.ChatTemplate;
import dev.psyne.vlm.internal.text.EndTokens;
import dev.psyne.vlm.internal.text.Tokenizer;
import dev.psyne.vlm.internal.vision.FastVitConfiguration;
import dev.psyne.vlm.internal.vision.FastVlmInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * FastVLM as Apple published it, {@code llava_qwen2}: the tensors have other names, pictures are padded to squares where
 * {@code config.json} says so, and the prompt is that of ml-fastvlm's {@code predict.py} ({@code conv_templates["qwen_2"]}).
 */
final class LlavaQwenDirectory {
    static final String ARCHITECTURE = "llava_qwen2";

    private static final String TOWER_KEY = "mm_vision_tower";
    private static final String TOWER_NAME = "mobileclip_l_";
    private static final String IMAGE_TOKEN = "<image>";
    private static final int MAX_EDGE = 1 << 13;

    private static final String TEMPLATE = """
            {%- for message in messages -%}
            {%- if loop.first and message['role'] != 'system' -%}
            {{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
            {%- endif -%}
            {{ '<|im_start|>' + message['role'] + '\\n' }}
            {%- for part in message['content'] -%}
            {%- if part['type'] == 'image' -%}{{ '<image>\\n' }}{%- endif -%}
            {%- endfor -%}
            {%- for part in message['content'] -%}
            {%- if part['type'] == 'text' -%}{{ part['text'] }}{%- endif -%}
            {%- endfor -%}
            {{ '<|im_end|>\\n' }}
            {%- endfor -%}
            {%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
            """;

    private LlavaQwenDirectory() {}

    static ChatSource open(Path directory, JsonFields configuration) {
        Checkpoint stored = Checkpoint.open(directory);
        try {
            RenamedCheckpoint checkpoint = new RenamedCheckpoint(List.of(stored), LlavaQwenNames.places(stored));
            return source(directory, configuration, checkpoint);
        } catch (RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    private static ChatSource source(Path directory, JsonFields configuration, RenamedCheckpoint checkpoint) {
        int edge = edge(configuration);
        boolean isPadded = configuration.has("image_aspect_ratio")
                && configuration.text("image_aspect_ratio").equals("pad");
        JsonFields vision = vision(directory, checkpoint);
        JsonFields preprocessor = preprocessor(directory, edge, isPadded);
        Tokenizer tokenizer = Tokenizer.readDirectory(directory, IMAGE_TOKEN);
        return new ChatSource(
                directory,
                ChatSource.name(directory, ARCHITECTURE),
                ARCHITECTURE,
                ModelCard.license(directory),
                checkpoint,
                PublishedDirectory.files(directory, checkpoint),
                tokenizer,
                ChatTemplate.parse(directory.resolve(PublishedDirectory.CONFIGURATION), TEMPLATE),
                Map.of(),
                EndTokens.of(directory, tokenizer),
                LanguageConfiguration.parse(configuration, false),
                "model.language_model.",
                tokenizer.requireId(IMAGE_TOKEN),
                Optional.of(
                        (weights, width, callers) -> new FastVlmInput(weights, vision, preprocessor, width, callers)));
    }

    /** The name of the tower ends with the edge of its pictures. */
    private static int edge(JsonFields configuration) {
        String name = configuration.text(TOWER_KEY);
        String digits = name.startsWith(TOWER_NAME) ? name.substring(TOWER_NAME.length()) : "";
        if (!digits.matches("\\d{1,4}") || Integer.parseInt(digits) > MAX_EDGE) {
            throw configuration.refuse(TOWER_KEY, name, TOWER_NAME + " and the edge of a picture, such as 1024");
        }
        return Integer.parseInt(digits);
    }

    /** The tower's sizes, which no file states, are those its tensors have. */
    private static JsonFields vision(Path directory, Checkpoint checkpoint) {
        ObjectNode root = new JsonMapper().createObjectNode();
        ObjectNode vision = root.putObject("vision_config").put("architecture", "fastvit_mci3");
        ObjectNode arguments = vision.putObject("model_args");
        ArrayNode widths = arguments.putArray("embed_dims");
        ArrayNode layers = arguments.putArray("layers");
        for (int stage = 0; stage < FastVitConfiguration.STAGES; stage++) {
            String blocks = LlavaQwenNames.TOWER_HERE + "stages." + stage + ".blocks.";
            String convolution = ".mlp.conv.conv.weight";
            widths.add(checkpoint.tensor(blocks + 0 + convolution).shape().dimension(0));
            layers.add(IntStream.iterate(0, i -> i + 1)
                    .takeWhile(i -> checkpoint.names().contains(blocks + i + convolution))
                    .count());
        }
        return fields(directory, root);
    }

    private static JsonFields preprocessor(Path directory, int edge, boolean isPadded) {
        ObjectNode root = new JsonMapper().createObjectNode();
        root.putObject("size").put("shortest_edge", edge);
        root.putObject("crop_size").put("height", edge).put("width", edge);
        root.put("do_normalize", false).put("do_pad", isPadded);
        return fields(directory, root);
    }

    private static JsonFields fields(Path directory, ObjectNode root) {
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        return JsonFields.parse(directory.resolve(PublishedDirectory.CONFIGURATION), json);
    }
}
