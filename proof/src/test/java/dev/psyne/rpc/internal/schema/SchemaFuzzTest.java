package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.generate.JavaGenerator;
import dev.psyne.rpc.internal.schema.generate.PythonGenerator;
import dev.psyne.rpc.internal.schema.generate.TypeScriptGenerator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text is refused at a place that it has, or is a schema that its canonical form says again. */
class SchemaFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void textsAreRefusedOrPrintedAndReadAgain(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Schema schema;
        try {
            schema = Schema.parse(text);
        } catch (SchemaException refused) {
            long lines = text.chars().filter(character -> character == '\n').count() + 1;
            assertTrue(refused.line() >= 1 && refused.line() <= lines, refused.getMessage());
            assertTrue(refused.column() >= 1 && refused.column() <= text.length() + 1, refused.getMessage());
            return;
        }
        assertEquals(schema, Schema.received(schema.canonical(), schema.fingerprint()));
        assertEquals(List.of(), Evolution.breaks(schema, schema));
        for (Definition definition : schema.definitions()) {
            Schema only = schema.only(definition.name());
            assertEquals(only, Schema.parse(only.canonical()));
        }
        assertFalse(PythonGenerator.files(schema).isEmpty());
        assertFalse(TypeScriptGenerator.files(schema).isEmpty());
        java(schema);
    }

    private static void java(Schema schema) {
        try {
            assertEquals(
                    schema.definitions().size(), JavaGenerator.files(schema).size());
        } catch (SchemaException refused) {
            assertFalse(String.valueOf(refused.getMessage()).isEmpty());
        }
    }
}
