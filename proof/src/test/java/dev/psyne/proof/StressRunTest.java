package dev.psyne.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs all stress tests, each in a process of its own; one forbidden outcome fails. */
@Tag("proof")
class StressRunTest {
    private static final String MILLIS = System.getProperty("dev.psyne.proof.stressMillis", "1000");
    private static final String ROUNDS = System.getProperty("dev.psyne.proof.stressRounds", "3");
    private static final int PATIENCE_MINUTES = 20;
    private static final String JVM = "--enable-native-access=ALL-UNNAMED -Xmx256m -XX:+UseSerialGC";

    @Test
    void nothingForbiddenIsSeen() throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of("target", "stress").toAbsolutePath());
        Path output = directory.resolve("output.txt");
        Process process = allTests()
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertTrue(ended, () -> "a stress test hangs, read " + output);
        assertEquals(0, process.exitValue(), () -> failures(output));
    }

    /** What the run printed of each test that failed, for those who cannot read the file. */
    private static String failures(Path output) {
        StringJoiner all = new StringJoiner("\n", "in " + output + ":\n", "");
        boolean isFailure = false;
        try {
            for (String line : Files.readAllLines(output)) {
                isFailure = line.matches("\\.* ?\\[(FAILED|ERROR|TIMEOUT).*") || isFailure && !line.startsWith("(ETA");
                if (isFailure && !line.isBlank()) {
                    all.add(line);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return all.toString();
    }

    private static ProcessBuilder allTests() {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                "org.openjdk.jcstress.Main",
                // The pool of rings has more than twice as many as are alive in a stride.
                "-strideSize",
                "100",
                "-strideCount",
                "2",
                "-time",
                MILLIS,
                "-iters",
                ROUNDS,
                "-f",
                "1",
                "-fsm",
                "1",
                "-sc",
                "false",
                "-af",
                "NONE",
                "-jvmArgs",
                JVM,
                "-v");
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                + File.pathSeparator;
    }
}
