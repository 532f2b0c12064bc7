package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Teaching on the command line, and asking about it there. */
class TeachCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(CommandLine command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Terminal terminal = terminal();
        command.setErr(terminal.err());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            terminal.error(Failures.sentence(failure));
            return Failures.exitCode(failure);
        });
        return command.execute(arguments);
    }

    private Terminal terminal() {
        return new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
    }

    private ModelStore store() {
        return ModelStore.of(Map.of("PSYNE_DATA", folder.resolve("data").toString()));
    }

    private int model(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--model", RunningNode.MODEL.toString()));
        return run(ModelCommand.of(terminal(), store()), all.toArray(String[]::new));
    }

    private int ask(String... arguments) {
        Callable<Integer> command = new AskCommand(terminal(), store());
        return run(new CommandLine(command), arguments);
    }

    private JsonNode json() {
        return new JsonMapper().readTree(out.toString());
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private String[] teach(String name, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("teach", name));
        for (byte[] picture : LessonFixture.lesson("fountain")) {
            words.add(file("picture-" + words.size() + ".png", picture));
        }
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    @Test
    void aThingIsTaughtListedAskedAboutAndForgotten() throws IOException {
        assertEquals(ExitCode.DONE, model("taught", "list"), err.toString());
        assertTrue(out.toString().startsWith("nothing was taught"), out.toString());
        assertEquals(ExitCode.DONE, model(teach("my pot")), err.toString());
        assertEquals("taught my pot", out.toString().strip());
        assertEquals(ExitCode.DONE, model("taught", "list", "--json"));
        assertEquals("my pot", json().path("taught").get(0).path("name").asString());
        assertEquals(4, json().path("taught").get(0).path("pictures").asInt());
        String unseen = file("unseen.png", LessonFixture.unseen("fountain"));
        String embedded = RunningNode.MODEL.toString();
        assertEquals(ExitCode.DONE, ask("--model", embedded, unseen, "What is this?"), err.toString());
        assertEquals("my pot", out.toString().strip());
        assertEquals(ExitCode.DONE, model("taught", "rename", "my pot", "Kanne"));
        assertEquals(ExitCode.DONE, model("taught", "list"));
        assertTrue(out.toString().startsWith("Kanne "), out.toString());
        assertEquals(ExitCode.DONE, model("taught", "forget", "kanne", "--json"));
        String token = json().path("token").asString();
        assertEquals(ExitCode.DONE, model("taught", "restore", token));
        assertEquals("brought back Kanne", out.toString().strip());
        assertEquals(ExitCode.DONE, model("taught", "forget", "kanne"));
        assertTrue(out.toString().contains("restore "), out.toString());
    }

    @Test
    void aThingIsExportedAndImported() throws IOException {
        assertEquals(ExitCode.DONE, model(teach("my pot", "--json")), err.toString());
        assertEquals("my pot", json().path("name").asString());
        String file = folder.resolve("pot.psyne").toString();
        assertEquals(ExitCode.DONE, model("taught", "export", "my pot", file), err.toString());
        assertEquals(ExitCode.USAGE, model("taught", "export", "my pot", file));
        assertTrue(err.toString().contains("is there already"), err.toString());
        assertEquals(ExitCode.USAGE, model("taught", "import", file));
        assertEquals(ExitCode.DONE, model("taught", "forget", "my pot"));
        assertEquals(ExitCode.DONE, model("taught", "import", file), err.toString());
        assertEquals("imported my pot", out.toString().strip());
        assertEquals(
                ExitCode.FAILED,
                model("taught", "import", folder.resolve("none").toString()));
        assertEquals(ExitCode.USAGE, model("taught", "import", file("bad.psyne", new byte[] {1})));
    }

    @Test
    void theEvaluationKnowsWhatWasTaughtIfItIsToldTo() throws IOException {
        assertEquals(ExitCode.DONE, model(teach("my pot")), err.toString());
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Files.write(pictures.resolve("COCO_pots_000000000001.png"), LessonFixture.unseen("fountain"));
        String question = """
                {"image_id": 1, "question": "What is this?", "question_id": 1}""";
        String answers = """
                {"image_id": 1, "question_id": 1, "question_type": "what is this", "answer_type": "other",
                 "multiple_choice_answer": "my pot", "answers": [%s]}""".formatted(String.join(",", Collections.nCopies(10, "{\"answer\": \"my pot\"}")));
        List<String> arguments = List.of(
                "--questions",
                set("questions", question),
                "--annotations",
                set("annotations", answers),
                "--images",
                pictures.toString(),
                "--model",
                RunningNode.MODEL.toString(),
                "--json");
        assertEquals(0, score(arguments));
        List<String> taught = new ArrayList<>(arguments);
        taught.add("--taught");
        assertEquals(100, score(taught));
    }

    private String set(String name, String entry) throws IOException {
        String text = "{\"data_subtype\": \"pots\", \"" + name + "\": [" + entry + "]}";
        return file(name + ".json", text.getBytes(StandardCharsets.UTF_8));
    }

    private double score(List<String> arguments) {
        Callable<Integer> command = new EvalCommand(terminal(), store());
        assertEquals(ExitCode.DONE, run(new CommandLine(command), arguments.toArray(String[]::new)), err.toString());
        return json().path("overall").path("score").asDouble();
    }

    @Test
    void mistakesNameWhatIsWrong() throws IOException {
        assertEquals(ExitCode.USAGE, model(teach("cat")));
        assertTrue(err.toString().contains("'my cat'"), err.toString());
        assertEquals(
                ExitCode.FAILED, model("teach", "x1", folder.resolve("none.png").toString()));
        assertTrue(err.toString().contains("no file"), err.toString());
        String broken = file("broken.png", new byte[] {1, 2, 3});
        assertEquals(ExitCode.USAGE, model("teach", "x1", broken, broken, broken));
        assertTrue(err.toString().contains("Picture 1, " + broken), err.toString());
        assertEquals(ExitCode.USAGE, model("taught", "forget", "x1"));
        assertEquals(ExitCode.USAGE, model("teach", "x1"));
        assertFalse(Files.exists(folder.resolve("data").resolve("models")));
    }

    @Test
    void aModelThatTalksCannotBeTaught() throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(teach("x1")));
        words.addAll(List.of("--model", RunningNode.TALKING.toString()));
        assertEquals(ExitCode.USAGE, run(ModelCommand.of(terminal(), store()), words.toArray(String[]::new)));
        assertTrue(err.toString().contains("cannot be taught"), err.toString());
    }
}
