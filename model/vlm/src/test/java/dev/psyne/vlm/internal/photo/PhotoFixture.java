package dev.psyne.vlm.internal.photo;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The tower in the repository and the fixtures that belong to it. */
final class PhotoFixture {
    static final Path DIRECTORY = Path.of("weights", "scenes-2");

    private static final String RESOURCES = "/dev/psyne/vlm/photo/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PhotoFixture() {}

    /** A copy of the tower whose {@code photo.json} is changed. */
    static Path withConfiguration(Path target, Consumer<ObjectNode> change) {
        try {
            ObjectNode root =
                    (ObjectNode) JSON.readTree(Files.readAllBytes(DIRECTORY.resolve(PhotoConfiguration.FILE)));
            change.accept(root);
            Files.write(target.resolve(PhotoConfiguration.FILE), JSON.writeValueAsBytes(root));
            Files.copy(DIRECTORY.resolve(PhotoWeights.FILE), target.resolve(PhotoWeights.FILE));
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of the tower whose weights have another header, not longer than before. */
    static Path withHeader(Path target, Consumer<ObjectNode> change) {
        try {
            Files.copy(DIRECTORY.resolve(PhotoConfiguration.FILE), target.resolve(PhotoConfiguration.FILE));
            byte[] file = Files.readAllBytes(DIRECTORY.resolve(PhotoWeights.FILE));
            int length =
                    (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            ObjectNode header =
                    (ObjectNode) JSON.readTree(new String(file, Long.BYTES, length, StandardCharsets.UTF_8));
            change.accept(header);
            byte[] changed = JSON.writeValueAsBytes(header);
            Arrays.fill(file, Long.BYTES, Long.BYTES + length, (byte) ' ');
            System.arraycopy(changed, 0, file, Long.BYTES, changed.length);
            Files.write(target.resolve(PhotoWeights.FILE), file);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] resource(String name) {
        try (InputStream stream = PhotoFixture.class.getResourceAsStream(RESOURCES + name)) {
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
}
