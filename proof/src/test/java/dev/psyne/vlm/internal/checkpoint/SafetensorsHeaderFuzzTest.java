package dev.psyne.vlm.internal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Any bytes are refused, or their tensors lie in them. */
class SafetensorsHeaderFuzzTest {
    private static final Path FILE = Path.of("fuzz.safetensors");

    @FuzzTest(maxDuration = "60s")
    void bytesAreRefusedOrHoldTheirTensors(byte[] input) {
        MemorySegment bytes = MemorySegment.ofArray(input);
        try {
            SafetensorsHeader.parse(FILE, bytes).forEach((name, entry) -> {
                assertTrue(entry.begin() >= 0 && entry.begin() <= entry.end() && entry.end() <= input.length, name);
                MemorySegment part = bytes.asSlice(entry.begin(), entry.end() - entry.begin());
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
