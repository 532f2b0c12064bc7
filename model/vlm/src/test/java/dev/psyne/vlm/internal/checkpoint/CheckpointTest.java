package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void twoShards() throws IOException {
        shard("one.safetensors", "a", 1.5f);
        shard("two.safetensors", "b", -2);
        index("{'metadata':{'total_size':8},'weight_map':{'a':'one.safetensors','b':'two.safetensors'}}");
    }

    @Test
    void shardsAreOneCheckpoint() {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertEquals(Set.of("a", "b"), checkpoint.names());
            assertArrayEquals(new float[] {-2}, checkpoint.tensor("b").floats());
            assertEquals(
                    directory.resolve("two.safetensors"), checkpoint.tensor("b").file());
            assertMessage(() -> checkpoint.tensor("c"), "c: found nothing");
            StoredTensor a = checkpoint.tensor("a");
            checkpoint.close();
            assertThrows(IllegalStateException.class, a::floats);
        }
    }

    @Test
    void aSingleFileIsOneToo() throws IOException {
        shard("model.safetensors", "c", 3);
        for (Path path : new Path[] {directory, directory.resolve("model.safetensors")}) {
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                assertEquals(Set.of("c"), checkpoint.names());
                assertEquals(directory.resolve("model.safetensors"), checkpoint.path());
            }
        }
    }

    @Test
    void anIndexThatLiesIsRefused() throws IOException {
        index("{'weight_map':{'a':'one.safetensors','c':'two.safetensors'}}");
        refused("weight_map.c", "two.safetensors");
        index("{'weight_map':{'a':'one.safetensors'}}");
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertEquals(Set.of("a"), checkpoint.names());
        }
        shard("two.safetensors", "a", 1);
        index("{'weight_map':{'a':'one.safetensors','b':'two.safetensors'}}");
        refused("weight_map.b");
        index("{'weight_map':{'a':'../one.safetensors'}}");
        refused("../one.safetensors", "beside the index");
        index("{'weight_map':{'a':'absent.safetensors'}}");
        refused("absent.safetensors");
        index("{'weight_map':[]}");
        refused("weight_map");
    }

    @Test
    void aTensorInTwoFilesIsRefused() throws IOException {
        byte[] both = file(
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                        + "'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                1,
                2);
        Files.write(directory.resolve("two.safetensors"), both);
        refused("two.safetensors: a", "one.safetensors alone");
    }

    @Test
    void aDirectoryWithoutWeightsSaysWhatWasLookedFor() throws IOException {
        Files.delete(directory.resolve("model.safetensors.index.json"));
        refused("model.safetensors");
    }

    private void refused(String... parts) {
        assertMessage(() -> Checkpoint.open(directory).close(), parts);
    }

    private void index(String json) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), json.replace('\'', '"'));
    }

    private void shard(String file, String name, float value) throws IOException {
        String header = "{'" + name + "':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}";
        Files.write(directory.resolve(file), file(header, value));
    }

    private static byte[] file(String header, float... values) {
        byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static void assertMessage(Runnable action, String... parts) {
        ModelException e = assertThrows(ModelException.class, action::run);
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
        }
    }
}
