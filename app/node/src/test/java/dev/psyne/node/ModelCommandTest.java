package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models get names, are told about, converted, checked and forgotten. */
class ModelCommandTest {
    private static final Path GOLDEN = Path.of(
            "..", "..", "model", "vlm", "src", "test", "resources", "dev", "psyne", "vlm", "checkpoints", "smolvlm1");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ModelStore store = ModelStore.of(Map.of());
    private boolean interactive;

    @BeforeEach
    void useTheFolder() {
        store = ModelStore.of(Map.of(
                "PSYNE_DATA", folder.resolve("data").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString()));
    }

    private int model(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), interactive, false);
        CommandLine command = ModelCommand.of(terminal, store);
        command.setErr(terminal.err());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            terminal.error(Failures.sentence(failure));
            return Failures.exitCode(failure);
        });
        return command.execute(arguments);
    }

    private JsonNode json() {
        return new JsonMapper().readTree(out.toString());
    }

    private long packed() throws IOException {
        Path cache = folder.resolve("cache").resolve("psyne");
        if (!Files.exists(cache)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".psyne")).count();
        }
    }

    @Test
    void aModelIsKnownByItsNameUntilItIsRemoved() throws IOException {
        assertEquals(ExitCode.DONE, model("list"));
        assertTrue(out.toString().startsWith("no models"), out.toString());
        assertEquals(ExitCode.DONE, model("add", GOLDEN.toString(), "--name", "tiny", "--json"), err.toString());
        assertEquals("idefics3", json().get("architecture").stringValue());
        assertEquals(2, packed(), "of the half that looks at pictures, and of the decoder");
        assertEquals(ExitCode.DONE, model("list"));
        assertTrue(out.toString().startsWith("tiny "), out.toString());
        assertEquals(GOLDEN.toAbsolutePath().normalize(), store.resolve("tiny").path());
        ModelSource named = ModelSource.of("tiny", store);
        assertEquals("tiny", named.name());
        assertEquals(store.resolve("tiny").options(), named.options());
        assertEquals("smolvlm1", ModelSource.of(GOLDEN.toString(), store).name());
        assertEquals(ExitCode.DONE, model("info", "tiny"));
        assertTrue(out.toString().contains("runs with"), out.toString());
        assertEquals(ExitCode.DONE, model("convert", "tiny", "--int8", "--json"), err.toString());
        assertTrue(json().get("weights").stringValue().contains("quantised to I8 by output"), out.toString());
        assertEquals(WeightPrecision.INT8, store.resolve("tiny").precision());
        assertEquals(4, packed());
        assertEquals(ExitCode.DONE, model("verify", "tiny"), out.toString());
        assertTrue(out.toString().contains("passed  packed weights"), out.toString());
        assertEquals(ExitCode.DONE, model("remove", "tiny", "--json"));
        assertEquals(4, json().get("packedFiles").intValue());
        assertEquals(0, packed());
        assertTrue(Files.exists(GOLDEN.resolve("model.safetensors")));
        assertEquals(ExitCode.USAGE, model("remove", "tiny"));
    }

    @Test
    void aTerminalSeesHowFarAModelIs() {
        interactive = true;
        assertEquals(ExitCode.DONE, model("add", GOLDEN.toString(), "--name", "tiny"));
        assertTrue(err.toString().contains("psyne: loading the model, 0% of "), err.toString());
        assertTrue(err.toString().contains("psyne: loading the model, 100% of "), err.toString());
        assertTrue(err.toString().endsWith("\r\u001b[K"), err.toString());
        interactive = false;
        assertEquals(ExitCode.DONE, model("convert", "tiny", "--int4"));
        assertEquals("", err.toString());
    }

    @Test
    void everyStageIsComparedWithGoldens() {
        String path = GOLDEN.toString();
        assertEquals(ExitCode.DONE, model("verify", path, "--goldens", path), out.toString());
        for (String stage : new String[] {"pixels", "vision", "connector", "prompt ids", "logits", "greedy ids"}) {
            assertTrue(out.toString().contains("passed  " + stage + ": largest difference "), out.toString());
        }
        assertTrue(out.toString().contains("6 compared"), out.toString());
        assertEquals(
                ExitCode.FAILED,
                model(
                        "verify",
                        path,
                        "--goldens",
                        GOLDEN.resolveSibling("fastvlm").toString()));
        assertEquals(ExitCode.FAILED, model("verify", path, "--goldens", folder.toString()));
    }

    @Test
    void aBrokenFileIsAFindingAndTheExitCodeSaysSo() throws IOException {
        Path broken = Files.createDirectory(folder.resolve("broken"));
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : files.toList()) {
                Files.copy(file, broken.resolve(file.getFileName()));
            }
        }
        Path weights = broken.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] = 0x7f;
        bytes[bytes.length - 2] = (byte) 0xc0;
        Files.write(weights, bytes);
        assertEquals(ExitCode.FAILED, model("verify", broken.toString(), "--json"));
        assertFalse(json().get("passed").booleanValue());
        assertTrue(out.toString().contains("finite numbers"), out.toString());
        assertEquals(ExitCode.UNAVAILABLE, model("add", broken.toString()));
        assertEquals(ExitCode.DONE, model("list", "--json"));
        assertEquals(0, json().get("models").size());
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        assertEquals(ExitCode.USAGE, model("info", "nobody"));
        assertTrue(err.toString().contains("no model and no file 'nobody'"), err.toString());
        assertEquals(ExitCode.FAILED, model("add", folder.resolve("nowhere").toString()));
        assertEquals(ExitCode.UNAVAILABLE, model("add", folder.toString(), "--name", "empty"));
        assertEquals(ExitCode.USAGE, model("add", GOLDEN.toString(), "--name", "../up"));
        assertEquals(ExitCode.USAGE, model("convert", "nobody"));
        Path entry = folder.resolve("data").resolve("models").resolve("damaged.json");
        Files.createDirectories(folder.resolve("data").resolve("models"));
        Files.writeString(entry, "{\"path\": 3}");
        IllegalStateException damaged = assertThrows(IllegalStateException.class, () -> store.resolve("damaged"));
        assertTrue(String.valueOf(damaged.getMessage()).contains("add the model again"), damaged.getMessage());
    }
}
