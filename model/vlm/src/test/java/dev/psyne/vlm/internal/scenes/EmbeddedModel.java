package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.photo.PhotoThing;
import dev.psyne.vlm.internal.photo.PhotoTower;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The model in the repository and the fixtures that belong to it. */
final class EmbeddedModel {
    static final Path DIRECTORY = Path.of("weights", "scenes-2");

    private static final String[] OTHER_FILES = {
        WordTokenizer.FILE, WeightReader.FILE, PhotoTower.FILE, PhotoTower.WEIGHTS_FILE
    };

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EmbeddedModel() {}

    /** A copy of the model whose {@code model.json} is changed. */
    static Path copy(Path target, Consumer<ObjectNode> change) {
        try {
            Path json = DIRECTORY.resolve(SceneConfiguration.FILE);
            ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(json));
            change.accept(root);
            Files.write(target.resolve(SceneConfiguration.FILE), JSON.writeValueAsBytes(root));
            for (String file : OTHER_FILES) {
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

    /** Things as a fixture tells them: classes and scores, box and colour. */
    static List<PhotoThing> things(JsonNode array) {
        List<PhotoThing> things = new ArrayList<>();
        for (JsonNode node : array) {
            List<PhotoThing.Guess> guesses = new ArrayList<>();
            for (int i = 0; i < node.get("classes").size(); i++) {
                guesses.add(new PhotoThing.Guess(node.get("classes").get(i).intValue(), number(node.get("scores"), i)));
            }
            JsonNode box = node.get("box");
            JsonNode colour = node.get("colour");
            things.add(new PhotoThing(
                    guesses,
                    new PhotoThing.Box(number(box, 0), number(box, 1), number(box, 2), number(box, 3)),
                    new PhotoThing.Colour(number(colour, 0), number(colour, 1), number(colour, 2))));
        }
        return things;
    }

    private static float number(JsonNode array, int index) {
        return (float) array.get(index).doubleValue();
    }

    static WordTokenizer tokenizer() {
        return WordTokenizer.parse(JsonFields.read(DIRECTORY.resolve(WordTokenizer.FILE)));
    }
}
