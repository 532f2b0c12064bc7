package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @ParameterizedTest
    @CsvSource({
        "/,/",
        "/a%20b,/a b",
        "/a+b,/a+b",
        "/gr%C3%BC%C3%9Fe?x=/../,/grüße",
        "http://localhost,/",
        "HTTPS://localhost:1/a?b,/a",
        "/a..b/...,/a..b/...",
        "//evil,//evil"
    })
    void pathsAreDecoded(String target, String path) {
        RequestTarget parsed = RequestTarget.parse(target);
        assertNotNull(parsed);
        assertEquals(path, parsed.path());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "a",
                "localhost:80",
                "ftp://localhost/",
                "/%",
                "/%4",
                "/%gg",
                "/..",
                "/a/./b",
                "/%2e%2E/",
                "/a%2fb",
                "/a%5Cb",
                "/a\\b",
                "/a%00",
                "/a%0d%0a",
                "/%ff",
                "/a#b"
            })
    void whatCouldBeReadInTwoWaysIsMalformed(String target) {
        assertNull(RequestTarget.parse(target), target);
    }

    @Test
    void queriesAreDecodedToo() {
        RequestTarget parsed = RequestTarget.parse("http://h:1/?a=1&a=2&b=x+y%26&c");
        assertNotNull(parsed);
        assertEquals("h:1", parsed.authority());
        assertEquals(List.of("1", "2"), parsed.query().get("a"));
        assertEquals(List.of("x y&"), parsed.query().get("b"));
        assertEquals(List.of(""), parsed.query().get("c"));
    }

    @Test
    void noMutationYieldsAWayOut() {
        Random random = new Random(5);
        String alphabet = "/.%2eEfF5cC\\?&=+#a:@\u00ff";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int length = random.nextInt(16); length > 0; length--) {
                target.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            RequestTarget parsed = RequestTarget.parse(target.toString());
            if (parsed != null) {
                assertTrue(parsed.path().startsWith("/"), target::toString);
                assertFalse(("/" + parsed.path() + "/").contains("/../"), target::toString);
                assertFalse(parsed.path().contains("\\"), target::toString);
            }
        }
    }
}
