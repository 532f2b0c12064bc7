package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HyphaSecretTest {
    @Test
    void aSecretIsMadeOnceAndForItsOwnerAlone(@TempDir Path directory) throws IOException {
        Path data = directory.resolve("data");
        byte[] made = HyphaSecret.in(data).key();
        assertArrayEquals(made, HyphaSecret.in(data).key());
        Path file = data.resolve(HyphaSecret.FILE);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(data)) {
            assertEquals(1, files.count());
        }
        assertFalse(Arrays.equals(made, HyphaSecret.in(directory).key()));
    }

    @Test
    void aSecretThatOthersMayReadIsRefused(@TempDir Path directory) throws IOException {
        HyphaSecret.in(directory);
        Path file = directory.resolve(HyphaSecret.FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        String message = assertThrows(IllegalStateException.class, () -> HyphaSecret.in(directory))
                .getMessage();
        assertTrue(message != null && message.contains("chmod 600"), message);
    }

    @Test
    void aFileWithoutASecretIsRefused(@TempDir Path directory) throws IOException {
        HyphaSecret.in(directory);
        Files.writeString(directory.resolve(HyphaSecret.FILE), "short");
        assertThrows(IllegalStateException.class, () -> HyphaSecret.in(directory));
    }

    @Test
    void aShortSecretIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> HyphaSecret.of("15 bytes, so few".substring(1)));
        assertEquals("HyphaSecret", HyphaSecret.of("sixteen bytes ok").toString());
    }
}
