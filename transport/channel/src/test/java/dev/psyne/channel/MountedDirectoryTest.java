package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.telemetry.Meters;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels in a shared memory as small as a container's, which the test mounts. */
@Tag("root")
class MountedDirectoryTest {
    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    @Test
    void aRingThatDoesNotFitIsRefusedAndWhatFitsWorks(@TempDir Path mount) throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=8m", "none", mount.toString());
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, mount.resolve("ipc"))) {
            ChannelOptions options = ChannelOptions.standard();
            UnavailableTransportException full = assertThrows(
                    UnavailableTransportException.class,
                    () -> channels.sender("ipc:large", options.withCapacityBytes(16 << 20)));
            assertTrue(full.toString().contains("ipc:large cannot be opened"), full.toString());
            try (Sender sender = channels.sender("ipc:fits", options);
                    Receiver receiver = channels.receiver("ipc:fits", options)) {
                sender.claim(1 << 20).commit();
                assertEquals(1, receiver.poll(_ -> {}, 10));
            }
        } finally {
            run("umount", mount.toString());
        }
    }
}
