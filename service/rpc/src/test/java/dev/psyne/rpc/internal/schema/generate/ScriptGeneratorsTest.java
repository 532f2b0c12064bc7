package dev.psyne.rpc.internal.schema.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.psyne.rpc.internal.schema.Goldens;
import dev.psyne.rpc.internal.schema.Schema;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python and TypeScript as the goldens have them; Python is run where there is one. */
class ScriptGeneratorsTest {
    private static final String AWKWARD = """
            package example.lambda;
            record int { 1 string str?; 2 list<f64> field?; 3 i32 dataclasses; }
            record Protocol { 1 int from; 2 bool from_?; 3 SCHEMA_A s?; }
            enum SCHEMA_A { 0 mro; 1 name; 2 None; 3 value; }
            record Promise { 1 tensor t; 2 callback<int, Promise> any?; }
            service A { del(1 Protocol self, 2 i32 class?, 3 Promise items, stream int) -> stream Promise; print(); }
            service B { pass(1 i8 a?, 2 i8 b?); }
            record AsyncB {}
            """;

    @TempDir
    private Path folder;

    @Test
    void visionIsAsItWas() {
        Schema vision = Schema.parse(Goldens.text("vision.psyne"));
        assertEquals(Map.of("vision.py", Goldens.text("vision.py")), PythonGenerator.files(vision));
        assertEquals(Map.of("vision.ts", Goldens.text("vision.ts")), TypeScriptGenerator.files(vision));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vision.psyne", "everything.psyne", "message.psyne", "several.psyne", "awkward"})
    void pythonImportsWhatIsGenerated(String name) throws Exception {
        assumeTrue(pythonIsThere(), "there is no python3 of version 3.10 or newer");
        Schema schema = Schema.parse(name.equals("awkward") ? AWKWARD : Goldens.text(name));
        Map.Entry<String, String> file = PythonGenerator.files(schema).firstEntry();
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
        String check = """
                import hashlib, importlib, sys
                module = importlib.import_module(sys.argv[1])
                for name in [name for name in vars(module) if name.startswith("SCHEMA")]:
                    if isinstance(vars(module)[name], str):
                        digest = hashlib.sha256(vars(module)[name].encode("ascii")).digest()
                        assert int.from_bytes(digest[:8], "big") == vars(module)[name.replace("SCHEMA", "FINGERPRINT")]
                        print(digest[:8].hex())
                """;
        String printed = python("-c", check, file.getKey().replace(".py", ""));
        assertEquals(
                Exchanged.of(schema).stream()
                        .map(each -> Schema.hex(each.schema().fingerprint()))
                        .toList(),
                printed.lines().toList());
    }

    @Test
    void aRecordIsMadeByNameAndAnOptionalFieldIsNone() throws Exception {
        assumeTrue(pythonIsThere(), "there is no python3 of version 3.10 or newer");
        Files.writeString(folder.resolve("vision.py"), Goldens.text("vision.py"));
        String printed = python("-c", "import vision; print(vision.Picture(b'', [1.5]), vision.Mood(1).name)");
        assertEquals("Picture(pixels=b'', caption=None, scores=[1.5]) wild", printed.strip());
    }

    @Test
    void namesThatALanguageKeepsGetAnUnderscore() {
        Schema schema = Schema.parse(AWKWARD);
        Map.Entry<String, String> python = PythonGenerator.files(schema).firstEntry();
        assertEquals("lambda_.py", python.getKey());
        assertTrue(python.getValue().contains("class int_:"), python.getValue());
        assertTrue(python.getValue().contains("from__: int_\n    from_: bool | None"), python.getValue());
        for (String parameter : List.of("self_: Protocol", "class_: int | None", "items: Promise", "items_: _abc.")) {
            assertTrue(python.getValue().contains("        " + parameter), python.getValue());
        }
        assertTrue(python.getValue().contains("class AsyncB_(_typing.Protocol):"), python.getValue());
        String typeScript = TypeScriptGenerator.files(schema).firstEntry().getValue();
        assertTrue(typeScript.contains("export interface Promise_ {"), typeScript);
        assertTrue(typeScript.contains("  from: int;\n  from_?: boolean;"), typeScript);
        assertTrue(typeScript.contains("export const SCHEMA_A: string = `") && typeScript.contains("SCHEMA_A_ = {"));
        assertFalse(typeScript.contains("export const SCHEMA:"), typeScript);
    }

    private boolean pythonIsThere() throws Exception {
        try {
            return python("-c", "import sys; print(sys.version_info >= (3, 10))")
                    .strip()
                    .equals("True");
        } catch (IOException e) {
            return false;
        }
    }

    private String python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        command.addAll(List.of(arguments));
        File said = folder.resolve("said").toFile();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said)
                .start();
        int code = process.waitFor();
        String text = Files.readString(said.toPath(), StandardCharsets.UTF_8);
        assertEquals(0, code, text);
        return text;
    }
}
