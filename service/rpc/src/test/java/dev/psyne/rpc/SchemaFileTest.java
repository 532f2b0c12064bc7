package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaFileTest {
    interface Echo {
        @Idempotent
        String say(@Name("text") String text);
    }

    @Test
    void anInterfaceAndAFileAreTheSame() {
        SchemaFile file =
                SchemaFile.parse("package dev.psyne.rpc; service Echo { idempotent say(1 string text) -> string; }");
        assertEquals(file.exchanged(), SchemaFile.of(Echo.class).exchanged());
        assertEquals(List.of(), file.breaks(SchemaFile.of(Echo.class)));
    }

    @Test
    void eachServiceIsExchangedOrEachRecord() {
        List<SchemaFile.Exchanged> services = SchemaFile.parse(
                        "package a; service B { m() -> R; } service A {} record R {} record Unreached {}")
                .exchanged();
        assertEquals(
                List.of("A", "B"),
                services.stream().map(SchemaFile.Exchanged::name).toList());
        assertEquals("package a;\nservice A {\n}\n", services.getFirst().canonical());
        assertEquals(
                List.of("E", "R"),
                SchemaFile.parse("package a; record R { 1 E e; } enum E { 0 x; }").exchanged().stream()
                        .map(SchemaFile.Exchanged::name)
                        .toList());
    }

    @Test
    void sourcesBeginWithTheMarker() {
        SchemaFile file = SchemaFile.parse("package a.b; service S {}");
        for (SchemaFile.Language language : SchemaFile.Language.values()) {
            file.sources(language)
                    .values()
                    .forEach(text ->
                            assertTrue(text.lines().findFirst().orElse("").contains(SchemaFile.MARKER), text));
        }
        assertEquals(
                Set.of("a/b/S.java"), file.sources(SchemaFile.Language.JAVA).keySet());
        assertEquals(Set.of("b.py"), file.sources(SchemaFile.Language.PYTHON).keySet());
        assertEquals(
                Set.of("b.ts"), file.sources(SchemaFile.Language.TYPESCRIPT).keySet());
    }

    @Test
    void aFaultNamesItsFile() {
        SchemaException inText = assertThrows(SchemaException.class, () -> SchemaFile.parse("package a"));
        assertEquals(
                "x.psyne:1:10: ",
                String.valueOf(inText.in("x.psyne").getMessage()).substring(0, 14));
        assertEquals(10, inText.in("x.psyne").column());
        assertEquals(
                "x.psyne: wrong", new SchemaException("wrong").in("x.psyne").getMessage());
    }
}
