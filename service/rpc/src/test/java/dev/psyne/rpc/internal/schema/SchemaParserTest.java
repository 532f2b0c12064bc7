package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.SchemaException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                              | 1:1  | begins with 'package'
            # hello                                         | 1:1  | '#' has no meaning
            pack a;                                         | 1:1  | found 'pack'
            package a                                       | 1:10 | expected ';' after the package's name, found the end
            package a.;                                     | 1:11 | next part
            package a; thing A {}                           | 1:12 | 'record', 'enum' or 'service', found 'thing'
            package a; record {}                            | 1:19 | the record's name, found '{'
            package a; record A { 1 i8 b }                  | 1:30 | expected ';'
            package a; record A { 1 i8 b;                   | 1:30 | '}' is missing
            package a; record A { i8 b; }                   | 1:23 | begins with its number
            package a; record A { 01 i8 b; }                | 1:23 | no leading zero
            package a; record A { 1x i8 b; }                | 1:23 | digits alone
            package a; record A { 0 i8 b; }                 | 1:23 | 1 to 65535
            package a; record A { 65536 i8 b; }             | 1:23 | 1 to 65535
            package a; record A { 99999999999 i8 b; }       | 1:23 | greater than
            package a; record A { 1 i8 b; 1 i8 c; }         | 1:31 | the number 1 twice
            package a; record A { 1 i8 b; 2 i8 b; }         | 1:31 | the field b twice
            package a; record A { 1 u8 b; }                 | 1:25 | only a tensor's
            package a; record A { 1 stream b; }             | 1:25 | 'stream' is no type
            package a; record A { 1 B b; }                  | 1:25 | no record or enum 'B'
            package a; record A { 1 list<map<B>> b; }       | 1:34 | no record or enum 'B'
            package a; record A { 1 S b; } service S {}     | 1:25 | is a service
            package a; record A { 1 tensor<string> b; }     | 1:32 | no element type
            package a; record A { 1 tensor<u8 b; }          | 1:35 | expected '>'
            package a; record A { 1 list b; }               | 1:30 | expected '<' after 'list'
            package a; record A { 1 callback<i8> b; }       | 1:36 | between a callback's argument and result
            package a; record A { 1 A b; }                  | 1:23 | never ends
            package a; record A {} record A {}              | 1:31 | defined twice
            package a; record u8 {}                         | 1:19 | word of the language
            package a; enum A {}                            | 1:17 | has no value
            package a; enum A { 0 b; 0 c; }                 | 1:26 | the number 0 twice
            package a; enum A { 0 b; 1 b; }                 | 1:26 | the value b twice
            package a; enum A { 2147483648 b; }             | 1:21 | greater than
            package a; enum A { -1 b; }                     | 1:21 | '-' has no meaning
            package a; service S { m; }                     | 1:25 | expected '('
            package a; service S { m(), }                   | 1:27 | expected ';'
            package a; service S { m(); m(); }              | 1:29 | the method m twice
            package a; service S { m(1 i8 a,); }            | 1:33 | begins with its number
            package a; service S { m(1 i8 a 2 i8 b); }      | 1:33 | or ',' after a method's parameters
            package a; service S { m(1 i8 a stream i8); }   | 1:33 | or ',' after a method's parameters
            package a; service S { m(stream i8, 1 i8 a); }  | 1:35 | which comes last
            package a; service S { m(1 i8 a, 1 i8 b); }     | 1:34 | the number 1 twice
            package a; service S { m() -> ; }               | 1:31 | a type
            package a; service S { m() -> list<callback<i8,i8>>; } | 1:24 | nobody may call
            package a; service S { idempotent; }            | 1:34 | expected '('
            """)
    void aFaultIsToldWhereItIs(String text, String place, String said) {
        refused(text, place, said);
    }

    @Test
    void linesAreCounted() {
        refused("package a; // é\r\n\n\trecord A {\n  1 i8 b;\n  1 i8 c;\n}", "5:3", "twice");
        refused("package a;\n record Ä {}", "2:9", "U+00C4");
        refused("\uFEFFpackage a;", "1:1", "U+FEFF");
    }

    @Test
    void boundsHold() {
        String deepest = "list<".repeat(31) + "i8" + ">".repeat(31);
        Schema schema = Schema.parse("package a; record A { 1 " + deepest + " b; }");
        assertEquals(schema, Schema.parse(schema.canonical()));
        refused("package a; record A { 1 list<" + deepest + "> b; }", "1:185", "nested");
        refused("package a; record " + "n".repeat(129) + " {}", "1:19", "at most 127 letters");
        Schema.parse("package a; record " + "n".repeat(128) + " {}");
        refused("package a; enum A { " + numbered(1025, "%d n%d;") + "}", "1:17", "at most 1024");
        refused("package a; record A { " + numbered(1025, "%d i8 n%d;") + "}", "1:19", "at most 1024");
        refused("package a; service S { " + numbered(1025, "m%d%d();") + "}", "1:20", "at most 1024");
        SchemaException many = assertThrows(
                SchemaException.class, () -> Schema.parse("package a; " + numbered(4097, "record R%d_%d {}")));
        assertTrue(String.valueOf(many.getMessage()).contains("4096"), many.getMessage());
        SchemaException large = assertThrows(
                SchemaException.class, () -> Schema.parse("package a;" + " ".repeat(SchemaLimits.MAX_TEXT_BYTES)));
        assertEquals(0, large.line());
        assertTrue(String.valueOf(large.getMessage()).contains("1048576"), large.getMessage());
    }

    private static String numbered(int count, String text) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> String.format(text, i, i))
                .collect(Collectors.joining(" "));
    }

    private static void refused(String text, String place, String said) {
        SchemaException e = assertThrows(SchemaException.class, () -> Schema.parse(text), text);
        assertEquals(place, e.line() + ":" + e.column(), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).startsWith(place + ": "), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(said), e.getMessage());
    }
}
