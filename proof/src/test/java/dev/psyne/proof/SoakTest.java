package dev.psyne.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.Channels;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All rings with messages of all sizes, each message with its checksum, in one process and between two; a tenth of
 * {@code dev.psyne.proof.soakSeconds}, 60 unless told otherwise, for each ring and place.
 */
@Tag("proof")
class SoakTest {
    private static final long SECONDS = Long.getLong("dev.psyne.proof.soakSeconds", 60);
    private static final long RUN_MILLIS = Duration.ofSeconds(SECONDS).toMillis() / (2L * SoakRing.values().length);
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostOrTornInOneProcess(SoakRing ring) throws Exception {
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters)) {
            SoakReceivers receivers = new SoakReceivers(channels, "mem:soak", ring);
            SoakSenders senders = new SoakSenders(channels, "mem:soak", ring);
            long sent = senders.run(RUN_MILLIS);
            check(ring, sent, receivers.await());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostOrTornBetweenTwo(SoakRing ring) throws Exception {
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, directory)) {
            SoakReceivers receivers = new SoakReceivers(channels, "ipc:soak", ring);
            Process process = new ProcessBuilder(command(ring))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var lines = process.inputReader()) {
                String sent = lines.readLine();
                assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the senders' process does not end");
                check(ring, Long.parseLong(sent), receivers.await());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private List<String> command(SoakRing ring) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                SoakSenders.class.getName(),
                directory.toString(),
                ring.name(),
                Long.toString(RUN_MILLIS)));
    }

    private static void check(SoakRing ring, long sent, SoakReceivers.Figures received) {
        assertTrue(sent > 0, "something was sent");
        assertEquals(sent * ring.copies(), received.messages() + received.lost());
        if (!ring.losesMessages()) {
            assertEquals(0, received.lost());
        }
    }
}
