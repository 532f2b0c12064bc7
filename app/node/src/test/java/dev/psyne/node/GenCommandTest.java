package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenCommandTest {
    private static final String SCHEMA = """
            package example.talk;
            record Line { 1 string text; }
            service Talk { say(1 Line line) -> stream Line; }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path schema = Path.of("");

    @BeforeEach
    void writeSchema() throws IOException {
        schema = Files.writeString(folder.resolve("talk.psyne"), SCHEMA);
    }

    private int gen(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = new String[arguments.length + 1];
        all[0] = "gen";
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].toString();
        }
        return Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), all);
    }

    @Test
    void everyLanguageIsWrittenWhereItBelongs() throws Exception {
        Path written = folder.resolve("written");
        for (int again = 0; again < 2; again++) {
            assertEquals(
                    ExitCode.DONE,
                    gen(schema, "--java", written, "--python", written, "--typescript", written),
                    err.toString());
        }
        for (String file : new String[] {"example/talk/Line.java", "example/talk/Talk.java", "talk.py", "talk.ts"}) {
            assertTrue(out.toString().contains(written.resolve(file) + System.lineSeparator()), out.toString());
            assertTrue(Files.readString(written.resolve(file)).contains("Written by psyne gen"), file);
        }
        assertEquals(4, out.toString().lines().count());
    }

    @Test
    void aFileOfSomebodyElseIsLeftAlone() throws Exception {
        Path own = Files.writeString(folder.resolve("talk.py"), "print('mine')\n");
        assertEquals(ExitCode.FAILED, gen(schema, "--java", folder, "--python", folder));
        assertTrue(err.toString().contains("talk.py is there and was not written by this command"), err.toString());
        assertEquals("print('mine')\n", Files.readString(own));
        assertFalse(Files.exists(folder.resolve("example")));
    }

    @Test
    void theCanonicalFormIsASchemaFileItself() throws Exception {
        assertEquals(ExitCode.DONE, gen("--canonical", schema), err.toString());
        String printed = out.toString();
        assertTrue(printed.matches("(?s)// Talk [0-9a-f]{16}\npackage example.talk;\nrecord Line \\{\n.*"), printed);
        Path again = Files.writeString(folder.resolve("again.psyne"), printed);
        assertEquals(ExitCode.DONE, gen("--canonical", again));
        assertEquals(printed, out.toString());
    }

    @Test
    void changesAreChecked() throws Exception {
        Path newer = folder.resolve("newer.psyne");
        Files.writeString(newer, SCHEMA.replace("text;", "text; 2 string by?;"));
        assertEquals(ExitCode.DONE, gen("--check", schema, newer), err.toString());
        assertEquals("", err.toString());
        assertEquals(ExitCode.FAILED, gen("--check", newer, schema, "--python", folder));
        assertEquals(
                "psyne: " + schema + ": record Line, field 2 by is gone; keep it; if nobody shall use it, say so in a"
                        + " comment." + System.lineSeparator(),
                err.toString());
        assertFalse(Files.exists(folder.resolve("talk.py")));
    }

    @Test
    void faultsAreToldWithTheirPlace() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.psyne"), "package a;\nrecord A { 1 B b; }\n");
        assertEquals(ExitCode.FAILED, gen("--canonical", wrong));
        assertTrue(err.toString().startsWith("psyne: " + wrong + ":2:14: "), err.toString());
        Files.writeString(wrong, "package a.new; record A {}");
        assertEquals(ExitCode.FAILED, gen(wrong, "--java", folder));
        assertTrue(err.toString().startsWith("psyne: " + wrong + ": package a.new"), err.toString());
        Files.writeString(wrong, " ".repeat((1 << 20) + 1));
        assertEquals(ExitCode.FAILED, gen("--canonical", wrong));
        assertTrue(err.toString().contains("at most 1048576"), err.toString());
        Files.write(wrong, new byte[] {'p', (byte) 0xff});
        assertEquals(ExitCode.FAILED, gen("--canonical", wrong));
        assertTrue(err.toString().contains(":1:1: "), err.toString());
        assertEquals(ExitCode.FAILED, gen("--canonical", folder.resolve("none.psyne")));
        assertTrue(err.toString().contains("there is no file"), err.toString());
        assertEquals(ExitCode.USAGE, gen(schema));
        assertTrue(err.toString().contains("nothing to do"), err.toString());
        assertEquals(ExitCode.DONE, gen("--help"));
        assertTrue(out.toString().contains("--typescript=DIR"), out.toString());
    }
}
