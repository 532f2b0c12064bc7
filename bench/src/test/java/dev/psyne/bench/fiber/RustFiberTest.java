package dev.psyne.bench.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RustFiberTest {
    @TempDir
    private Path peers;

    private void program(String name, String script) throws IOException {
        Path program = Files.createDirectories(peers.resolve("rustfiber/bin")).resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + script);
        assertTrue(program.toFile().setExecutable(true));
    }

    @Test
    void readsTheFigureOfTheBenchmarkAskedFor() throws IOException, InterruptedException {
        program("startup", "echo Warning: slow; echo \"test $3 ... bench:  15,611,030 ns/iter (+/- 4807283)\"\n");
        try (RustFiber peer = RustFiber.open(peers)) {
            assertEquals(15_611_030, peer.nanos("startup", "startup/config/default_16"));
        }
    }

    @Test
    void aProgramThatFailsIsToldWithWhatItPrinted() throws IOException, InterruptedException {
        program("startup", "echo no such option; exit 2\n");
        try (RustFiber peer = RustFiber.open(peers)) {
            UncheckedIOException failure =
                    assertThrows(UncheckedIOException.class, () -> peer.nanos("startup", "startup"));
            assertTrue(String.valueOf(failure.getMessage()).contains("no such option"), failure.toString());
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() throws IOException, InterruptedException {
        program("startup", "");
        try (RustFiber peer = RustFiber.open(peers)) {
            UncheckedIOException failure =
                    assertThrows(UncheckedIOException.class, () -> peer.nanos("latency", "latency"));
            assertTrue(String.valueOf(failure.getMessage()).contains("latency"), failure.toString());
        }
    }

    @Test
    void aFolderWithoutItIsRefused() {
        IOException missing = assertThrows(IOException.class, () -> RustFiber.open(peers));
        assertTrue(String.valueOf(missing.getMessage()).contains("rustfiber"), missing.toString());
    }

    @Test
    void anArchiveThatCannotBeUnpackedIsRefused() throws IOException {
        Files.writeString(Files.createDirectories(peers.resolve("rustfiber")).resolve("broken.tar.xz"), "no archive");
        IOException broken = assertThrows(IOException.class, () -> RustFiber.open(peers));
        assertTrue(String.valueOf(broken.getMessage()).contains("broken.tar.xz"), broken.toString());
    }
}
