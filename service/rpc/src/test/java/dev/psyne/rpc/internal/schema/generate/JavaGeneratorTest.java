package dev.psyne.rpc.internal.schema.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Compiled;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import dev.psyne.rpc.internal.schema.Goldens;
import dev.psyne.rpc.internal.schema.JavaSchema;
import dev.psyne.rpc.internal.schema.JavaService;
import dev.psyne.rpc.internal.schema.Schema;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated sources compile, and the schema that is read off their classes is the one they came from. */
class JavaGeneratorTest {
    /** Names that Java or the generated files use themselves. */
    private static final String AWKWARD = """
            package example.awkward;
            record String { 1 string string?; 2 list<f64> List?; }
            record List { 1 list<String> int; 2 map<Tensor> int_?; 3 tensor<f32> hashCode?; }
            record Tensor { 1 tensor<i8> tensor; 2 list<tensor<i8>> toString; 3 bytes clone; }
            record Nullable { 1 Override x?; 2 bool class; 3 Integer i; }
            enum Override { 0 true; 1 null; 2 values; }
            record Integer { 1 map<i32> of; 2 i32 some?; }
            record java { 1 string lang; }
            enum ElementType { 1 F32; }
            record var { 1 java java; 2 Field f; }
            record Field { 3 bool name; }
            service Name {
              idempotent equals(1 List items, 2 i32 this?, stream var) -> String;
              notify() -> stream list<i64>;
              wait(1 ElementType MemorySegment, 2 callback<Nullable, Field> name);
              Map(5 string assert?, 9 map<list<string>> package);
            }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.psyne.rpc.internal.schema.Goldens#all")
    void whatIsGeneratedIsReadAgain(Goldens.Golden golden) throws Exception {
        Schema schema = golden.schema();
        Class<?> type = compiled(schema, "-parameters").loadClass(schema.packageName() + "." + golden.definition());
        Schema read = schema.only(golden.definition()).find(golden.definition()).orElseThrow() instanceof ServiceOf
                ? JavaService.of(type).java().schema()
                : JavaSchema.of(type.asSubclass(Record.class)).schema();
        assertEquals(schema.only(golden.definition()), read);
        assertEquals(golden.fingerprint(), Schema.hex(read.fingerprint()));
    }

    @Test
    void noNameIsTooAwkward() throws Exception {
        Schema schema = Schema.parse(AWKWARD);
        Class<?> type = compiled(schema).loadClass("example.awkward.Name");
        assertEquals(
                schema.only("Name").canonical(),
                JavaService.of(type).java().schema().canonical());
    }

    @Test
    void aServiceOfNothingAndAnEmptyRecordCompile() throws Exception {
        Schema schema = Schema.parse("package example.nothing; record Empty {} service S { m() -> Empty; }");
        Class<?> type = compiled(schema).loadClass("example.nothing.S");
        assertEquals(schema, JavaService.of(type).java().schema());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "package a.new.b; record A {}|'new'",
                "package a; record A {} enum a { 0 b; }|upper and lower case",
                "package a; record A { %s }|more fields or parameters than Java takes",
                "package a; service A { m(%s); }|more fields or parameters than Java takes"
            })
    void whatJavaCannotSayIsRefused(String both) {
        StringBuilder many = new StringBuilder("1 i64 n1");
        for (int i = 2; i <= 128; i++) {
            many.append(both.contains("service") ? ", " : "; ")
                    .append(i)
                    .append(" f64 n")
                    .append(i);
        }
        String fields = both.contains("service") ? many.toString() : many + ";";
        String[] parts = both.split("\\|");
        Schema schema = Schema.parse(String.format(parts[0], fields));
        SchemaException e = assertThrows(SchemaException.class, () -> JavaGenerator.files(schema));
        assertTrue(String.valueOf(e.getMessage()).contains(parts[1]), e.getMessage());
    }

    private ClassLoader compiled(Schema schema, String... options) throws Exception {
        return Compiled.sources(folder, JavaGenerator.files(schema), options);
    }
}
