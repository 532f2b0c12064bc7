package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvolutionTest {
    private static final String OLD = """
            package a;
            record R { 1 i32 x; 3 string y?; }
            enum E { 0 p; 4 q; }
            service S {
              idempotent m(1 i32 x, 2 i32 y?) -> R;
              n(stream i32) -> stream E;
              o();
            }
            """;

    @Test
    void whatMayBeAddedIsNoBreak() {
        String newer = """
                package a;
                record R { 1 i32 x; 3 string y?; 4 New z?; }
                record New { 1 i8 any; }
                enum E { 0 p; 2 between; 4 q; }
                service S {
                  idempotent m(1 i32 x, 2 i32 y?, 7 New z?) -> R;
                  n(stream i32) -> stream E;
                  idempotent o();
                  more(1 New of) -> New;
                }
                service T {}
                """;
        assertEquals(List.of(), Evolution.breaks(Schema.parse(OLD), Schema.parse(newer)));
        assertEquals(List.of(), Evolution.breaks(Schema.parse(OLD), Schema.parse(OLD)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            package a;     | package b;                    | the package was a and is b
            1 i32 x; 3     | 3                             | record R, field 1 x is gone; keep it
            1 i32 x;       | 1 i64 x;                      | record R, field 1 x was i32 and is i64; keep its type, and add an optional field with the number 4
            1 i32 x;       | 1 i32 z;                      | record R, field 1 x is called z now; keep its name
            1 i32 x;       | 2 i32 x;                      | record R, field 1 x has the number 2 now; give it 1 again
            1 i32 x;       | 1 i32 x?;                     | record R, field 1 x was required and is optional; take its '?' away
            string y?      | string y                      | record R, field 3 y was optional and is required; put its '?' back
            string y?;     | string y?; 4 i8 z;            | record R, field 4 z is new and required
            string y?;     | string y?; 2 i8 z?;           | record R, field 2 z is new and its number is below 3; give it a number from 4 on
            string y?;     | string y?; 65535 i8 w; 9 i8 v?; | record R, field 65535 w is new and required
            4 q;           |                               | enum E, value 4 q is gone
            4 q;           | 4 r;                          | enum E, value 4 q is called r now
            4 q;           | 5 q;                          | enum E, value 4 q has the number 5 now; give it 4 again
            o();           |                               | method S.o is gone or has another name
            o();           | o() -> i8;                    | method S.o gave nothing and gives i8
            -> stream E    | -> E                          | method S.n gave a stream of E and gives E
            n(stream i32)  | n(stream i64)                 | method S.n took a stream of i32 and takes a stream of i64
            n(stream i32)  | n()                           | method S.n took a stream of i32 and takes no stream
            o();           | o(stream i8);                 | method S.o took no stream and takes a stream of i8
            idempotent m   | m                             | method S.m was idempotent and is not
            m(1 i32 x, 2   | m(2                           | method S.m, parameter 1 x is gone
            o();           | o(1 i8 a);                    | method S.o, parameter 1 a is new and required
            service S      | service Z                     | service S is gone or has another name
            """)
    void aBreakSaysWhatAndWhereAndWhatToDo(String was, String is, String said) {
        List<String> breaks = breaks(was, is == null ? "" : is);
        assertTrue(breaks.stream().anyMatch(each -> each.startsWith(said)), breaks.toString());
        assertTrue(breaks.stream().allMatch(each -> each.endsWith(".") && each.contains("; ")), breaks.toString());
    }

    @Test
    void aDefinitionOfAnotherKindIsABreak() {
        Schema older = Schema.parse("package a; record A {} enum B { 0 c; } service C {}");
        Schema newer = Schema.parse("package a; enum A { 0 c; } service B {} record C {}");
        List<String> breaks = Evolution.breaks(older, newer);
        assertEquals(3, breaks.size(), breaks.toString());
        assertTrue(breaks.stream().allMatch(each -> each.contains("is something else now")), breaks.toString());
    }

    @Test
    void numbersThatChangedPlacesAreTwoBreaks() {
        List<String> breaks = breaks("1 i32 x; 3 string y?;", "3 i32 x; 1 string y?;");
        assertEquals(2, breaks.size(), breaks.toString());
    }

    @Test
    void aRecordWithoutNumbersLeftIsContinuedInAnother() {
        Schema older = Schema.parse("package a; record A { 65535 i8 b; }");
        List<String> breaks = Evolution.breaks(older, Schema.parse("package a; record A { 65535 i16 b; }"));
        assertTrue(breaks.getFirst().contains("define another record"), breaks.toString());
    }

    private static List<String> breaks(String was, String is) {
        assertTrue(OLD.contains(was), was);
        return Evolution.breaks(Schema.parse(OLD), Schema.parse(OLD.replace(was, is)));
    }
}
