package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int psyne(String... arguments) {
        return Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), arguments);
    }

    @Test
    void anUnknownCommandSuggestsTheNearest() {
        assertEquals(ExitCode.USAGE, psyne("srve"));
        assertTrue(err.toString().contains("serve"), err.toString());
    }

    @Test
    void versionAsJson() {
        assertEquals(ExitCode.DONE, psyne("version", "--json"));
        assertTrue(new JsonMapper().readTree(out.toString()).hasNonNull("psyne"));
    }

    @Test
    void doctorSaysWhatIsThereAndHowToGetTheRest() {
        assertEquals(ExitCode.DONE, psyne("doctor", "--json"));
        for (JsonNode probe : new JsonMapper().readTree(out.toString()).path("probes")) {
            boolean available = probe.path("available").asBoolean();
            assertTrue(available ? probe.hasNonNull("what") : probe.hasNonNull("why") && probe.hasNonNull("cure"));
        }
    }

    @Test
    void aMissingPictureIsOneSentence() {
        assertEquals(ExitCode.FAILED, psyne("ask", "nowhere.png", "what is this?"));
        assertEquals("psyne: there is no file nowhere.png." + System.lineSeparator(), err.toString());
    }

    @Test
    void aFileThatIsNoPictureIsOneSentence(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("note.txt"), "hello");
        assertEquals(
                ExitCode.FAILED,
                psyne("ask", file.toString(), "what is this?", "--model", RunningNode.MODEL.toString()));
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void aFolderWithoutAModelIsUnavailable(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("note.txt"), "hello");
        assertEquals(ExitCode.UNAVAILABLE, psyne("ask", file.toString(), "what?", "--model", folder.toString()));
        assertTrue(err.toString().contains("model.json"), err.toString());
    }

    @Test
    void otherMachinesAreServedOnlyWithTokenAndTls() {
        assertEquals(
                ExitCode.USAGE,
                psyne("serve", "--host", "0.0.0.0", "--port", "0", "--model", RunningNode.MODEL.toString()));
        assertTrue(err.toString().contains("--token"), err.toString());
        assertTrue(err.toString().contains("--insecure"), err.toString());
    }

    @Test
    void aPortThatIsNoneIsAUsageError() {
        assertEquals(ExitCode.USAGE, psyne("serve", "--port", "70000"));
        assertTrue(err.toString().contains("70000"), err.toString());
    }
}
