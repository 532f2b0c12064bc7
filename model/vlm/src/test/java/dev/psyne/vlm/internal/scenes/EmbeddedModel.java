package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The model in the repository and the fixtures that belong to it. */
final class EmbeddedModel {
    static final Path DIRECTORY = Path.of("weights", "scenes-1");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EmbeddedModel() {}

    /** A copy of the model whose {@code model.json} is changed. */
    static Path copy(Path target, Consumer<ObjectNode> change) {
        try {
            Path json = DIRECTORY.resolve(SceneConfiguration.FILE);
            ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(json));
            change.accept(root);
            Files.write(target.resolve(SceneConfiguration.FILE), JSON.writeValueAsBytes(root));
            for (String file : new String[] {WordTokenizer.FILE, WeightReader.FILE}) {
                Files.copy(DIRECTORY.resolve(file), target.resolve(file));
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy that is sure of whatever it says. */
    static Path alwaysSure(Path target) {
        return copy(target, root -> {
            ObjectNode answer = (ObjectNode) root.get("answer");
            answer.put("threshold", 0);
            // A token that is never the first of an answer.
            answer.put("unsure", 0);
        });
    }

    static byte[] resource(String name) {
        try (InputStream stream = EmbeddedModel.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String resource) {
        return JSON.readTree(resource(resource));
    }

    static Picture picture(String resource) {
        return new ImageDecoder(ImageLimits.standard()).decode(MemorySegment.ofArray(resource(resource)));
    }

    static WordTokenizer tokenizer() {
        return WordTokenizer.parse(JsonFields.read(DIRECTORY.resolve(WordTokenizer.FILE)));
    }
}
