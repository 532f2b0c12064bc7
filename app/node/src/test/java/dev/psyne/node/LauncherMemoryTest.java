package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which options of the JVM the launcher chooses for the words of a command. */
class LauncherMemoryTest {
    private static final Path LAUNCHER = Path.of("..", "launcher");

    private static String shell(String script, String heap, List<String> words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-euc", ". " + LAUNCHER.resolve("memory.sh").toAbsolutePath() + "; " + script, "psyne"));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PSYNE_HEAP", heap);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @ParameterizedTest
    @CsvSource({
        "serve, embedded",
        "serve --small --port 0, small",
        "serve --model scenes-2, embedded",
        "serve --model=scenes-2, embedded",
        "serve --model scenes-2 --model SmolVLM, models",
        "ask cat.png what? --model=/models/x.gguf, models",
        "model convert SmolVLM --int8, models",
        "ask cat.png --small, embedded",
        "trace 12, trace"
    })
    void theHeapFollowsWhatIsServed(String words, String profile) throws Exception {
        String chosen = shell("memory_profile \"$@\"; echo \"$profile\"", "", List.of(words.split(" ")));
        assertEquals(profile, chosen);
        assertTrue(Files.exists(LAUNCHER.resolve(profile + ".options")));
    }

    @Test
    void theOwnersWishIsPassedOnOrRefused() throws Exception {
        assertEquals(
                "-Xmx4g -XX:+UseTransparentHugePages", shell("heap_options; echo $heap_flags", "4g,huge", List.of()));
        assertTrue(shell("heap_options", "lots", List.of()).contains("not 'lots'"));
    }
}
