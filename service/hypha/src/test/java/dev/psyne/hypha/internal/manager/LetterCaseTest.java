package dev.psyne.hypha.internal.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.hypha.HyphaException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LetterCaseTest {
    @Test
    void namesAreRewritten() {
        assertEquals("helloWorld", LetterCase.CAMEL.convert("HelloWorld"));
        assertEquals("helloWorld", LetterCase.CAMEL.convert("hello_world"));
        assertEquals("_private", LetterCase.CAMEL.convert("_private"));
        assertEquals("hello_world", LetterCase.SNAKE.convert("HelloWorld"));
        assertEquals("hello_world", LetterCase.SNAKE.convert("helloWorld"));
        assertEquals("get_http_body", LetterCase.SNAKE.convert("getHTTPBody"));
    }

    @Test
    void mapsAreRewrittenAllTheWayDown() {
        assertEquals(Map.of("aB", Map.of("cD", 1)), LetterCase.of("camel").convert(Map.of("a_b", Map.of("c_d", 1))));
        assertThrows(HyphaException.class, () -> LetterCase.of("kebab"));
    }
}
