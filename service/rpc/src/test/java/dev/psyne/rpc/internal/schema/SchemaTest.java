package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
    @ParameterizedTest
    @MethodSource("dev.psyne.rpc.internal.schema.Goldens#all")
    void aFileHasItsCanonicalFormAndFingerprint(Goldens.Golden golden) {
        Schema exchanged = golden.schema().only(golden.definition());
        assertEquals(Goldens.text(golden.canonical()), exchanged.canonical());
        assertEquals(golden.fingerprint(), Schema.hex(exchanged.fingerprint()));
    }

    @ParameterizedTest
    @MethodSource("dev.psyne.rpc.internal.schema.Goldens#all")
    void whatIsPrintedIsReadAgain(Goldens.Golden golden) {
        Schema schema = golden.schema();
        Schema again = Schema.parse(schema.canonical());
        assertEquals(schema, again);
        assertEquals(schema.hashCode(), again.hashCode());
        assertEquals(schema.canonical(), again.canonical());
        Schema exchanged = schema.only(golden.definition());
        assertEquals(exchanged, Schema.received(exchanged.canonical(), exchanged.fingerprint()));
        assertSame(exchanged, exchanged.only(golden.definition()));
    }

    @Test
    void onlyWhatIsReachedIsExchanged() {
        Schema schema = Schema.parse(Goldens.text("several.psyne"));
        assertEquals(List.of("Shared", "First"), names(schema.only("First")));
        assertEquals(List.of("OfSecond", "Shared", "Second"), names(schema.only("Second")));
        assertEquals(List.of("Shared"), names(schema.only("Shared")));
        assertEquals(
                List.of("First", "Second"),
                schema.services().stream().map(Definition::name).toList());
        assertTrue(schema.find("First").isPresent());
        assertTrue(schema.find("Third").isEmpty());
        assertEquals(
                "Shared",
                schema.record("OfSecond").fields().getFirst().type() instanceof Type.Named(String name) ? name : "");
    }

    @Test
    void aNameThatIsNotThereIsNamed() {
        Schema schema = Schema.parse(Goldens.text("vision.psyne"));
        assertEquals("Mood", schema.enumOf("Mood").name());
        assertEquals("Vision", schema.service("Vision").name());
        for (Runnable wrong : List.<Runnable>of(
                () -> schema.only("Visoin"), () -> schema.record("Visoin"), () -> schema.service("Visoin"))) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, wrong::run);
            assertTrue(String.valueOf(e.getMessage()).contains("'Visoin'"), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> schema.record("Vision"));
    }

    @Test
    void aPeersSchemaIsCanonicalAndItsOwn() {
        Schema schema = Schema.parse(Goldens.text("message.psyne"));
        refused("claims 0000000000000001", () -> Schema.received(schema.canonical(), 1));
        refused("canonical form", () -> Schema.received(schema.canonical() + "\n", schema.fingerprint()));
        refused("canonical form", () -> Schema.received(Goldens.text("message.psyne"), schema.fingerprint()));
    }

    @Test
    void anotherPackageIsAnotherSchema() {
        List<Definition> definitions = List.of(new EnumOf("Mood", List.of(new Constant(0, "calm"))));
        assertEquals(Schema.of("a.b", definitions), Schema.of("a.b", definitions));
        assertNotEquals(Schema.of("a.b", definitions), Schema.of("a.c", definitions));
        assertEquals(
                "a.b " + Schema.hex(Schema.of("a.b", definitions).fingerprint()),
                Schema.of("a.b", definitions).toString());
    }

    @Test
    void theOrderOfTheDefinitionsIsNothing() {
        List<Definition> definitions =
                new ArrayList<>(Schema.parse(Goldens.text("everything.psyne")).definitions());
        Schema one = Schema.of("example.everything", definitions);
        Collections.reverse(definitions);
        assertEquals(one, Schema.of("example.everything", definitions));
    }

    @Test
    void definitionsThatNoTextSaysAreRefusedAsWell() {
        refused("cannot name", () -> Schema.of("a b", List.of()));
        refused("cannot name", () -> Schema.of("", List.of()));
        refused("cannot name", () -> Schema.of("a", List.of(new RecordOf("Größe", List.of()))));
        refused("0 or more", () -> Schema.of("a", List.of(new EnumOf("E", List.of(new Constant(-1, "x"))))));
        refused("is 0; it must be 1 to 65535", () -> Schema.of("a", List.of(record(0, Type.Scalar.I8))));
        Type deep = new Type.Text();
        for (int i = 0; i < 10_000; i++) {
            deep = new Type.Callback(new Type.Text(), deep);
        }
        Type deepest = deep;
        refused("nested", () -> Schema.of("a", List.of(record(1, deepest))));
    }

    @Test
    void aCanonicalFormThatNobodyWouldReadIsRefused() {
        String name = "n".repeat(120);
        List<Definition> definitions = IntStream.range(0, 10)
                .<Definition>mapToObj(i -> new RecordOf(
                        "R" + i,
                        IntStream.rangeClosed(1, 1000)
                                .mapToObj(number -> new Field(number, Type.Scalar.I8, name + number, false))
                                .toList()))
                .toList();
        refused("can be exchanged", () -> Schema.of("a", definitions));
    }

    @Test
    void aLongChainOfRecordsIsNoStackOverflow() {
        String chain = IntStream.range(0, SchemaLimits.MAX_DEFINITIONS - 2)
                .mapToObj(i -> "record R" + i + "{1 R" + (i + 1) + " next;}")
                .collect(Collectors.joining("\n"));
        int last = SchemaLimits.MAX_DEFINITIONS - 2;
        Schema schema = Schema.parse("package a; service S { m() -> R0; }" + chain + "record R" + last + "{}");
        assertEquals(
                SchemaLimits.MAX_DEFINITIONS, schema.only("S").definitions().size());
        refused("never ends", () -> Schema.parse("package a;" + chain + "record R" + last + "{1 R0 first;}"));
        refused(
                "callback",
                () -> Schema.parse("package a; service S { m() -> R0; }" + chain + "record R" + last
                        + "{1 callback<i8,i8> call;}"));
    }

    private static RecordOf record(int number, Type type) {
        return new RecordOf("R", List.of(new Field(number, type, "f", false)));
    }

    private static List<String> names(Schema schema) {
        return schema.definitions().stream().map(Definition::name).toList();
    }

    private static void refused(String said, Runnable wrong) {
        SchemaException e = assertThrows(SchemaException.class, wrong::run);
        assertTrue(String.valueOf(e.getMessage()).contains(said), e.getMessage());
    }
}
