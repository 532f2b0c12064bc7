package dev.psyne.channel.internal.ipc;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As {@link HostileBellTest}, with bytes that a fuzzer makes up from what they reach. */
class HostileBellFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void anyContentIsRefusedOrRings(byte[] input) throws IOException {
        Path file = Files.createTempFile("psyne", "bell");
        try {
            HostileBell.act(file, input);
        } finally {
            Files.delete(file);
        }
    }
}
