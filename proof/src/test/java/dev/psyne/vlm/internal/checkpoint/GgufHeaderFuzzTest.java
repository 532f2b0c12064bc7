package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Any bytes are refused, or their tensors lie in them and can be read. */
class GgufHeaderFuzzTest {
    private static final Path FILE = Path.of("fuzz.gguf");

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrHoldTheirTensors(byte[] input) {
        MemorySegment bytes = MemorySegment.ofArray(input);
        try {
            GgufHeader.parse(FILE, bytes).entries().forEach((name, entry) -> {
                assertTrue(entry.begin() >= 0 && entry.begin() + entry.bytes() <= input.length, name);
                MemorySegment part = bytes.asSlice(entry.begin(), entry.bytes());
                StoredTensor tensor = new StoredTensor(FILE, name, entry.type(), entry.shape(), part);
                if (entry.type().readable()) {
                    tensor.floats();
                }
            });
        } catch (ModelException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(FILE.toString()), e.getMessage());
        }
    }
}
