package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.net.HttpException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ChatRequestTest {
    private static final String PICTURE =
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AQID\"}}";

    private final JsonMapper json = new JsonMapper();

    private ChatRequest parse(String body) {
        return ChatRequest.parse(json, MemorySegment.ofArray(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String body(String more, String content) {
        return "{\"model\":\"scenes-1\"" + more + ",\"messages\":[{\"role\":\"user\",\"content\":[" + content + "]}]}";
    }

    @Test
    void takesTheLastPictureAndTheLastQuestion() {
        ChatRequest request = parse("{\"model\":\"m\",\"stream\":true,\"messages\":["
                + "{\"role\":\"system\",\"content\":\"be kind\"},"
                + "{\"role\":\"user\",\"content\":[" + PICTURE + ",{\"type\":\"text\",\"text\":\"what is it?\"}]},"
                + "{\"role\":\"assistant\",\"content\":\"a cat\"},"
                + "{\"role\":\"user\",\"content\":\"how many?\"}]}");
        assertEquals("how many?", request.question());
        assertArrayEquals(new byte[] {1, 2, 3}, request.image().toArray(ValueLayout.JAVA_BYTE));
        assertTrue(request.stream());
        assertFalse(request.streamUsage());
    }

    @Test
    void fetchesNothingFromElsewhere() {
        HttpException e = assertThrows(
                HttpException.class,
                () -> parse(body("", "{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://127.0.0.1/cat.png\"}}")));
        assertTrue(String.valueOf(e.getMessage()).contains("data: URL"), e.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"temperature":3     | invalid_temperature
            ,"temperature":"hot" | invalid_temperature
            ,"top_p":-1          | invalid_top_p
            ,"max_tokens":0      | invalid_max_tokens
            ,"n":2               | invalid_n
            ,"stop":["1","2","3","4","5"] | invalid_stop
            ,"stop":[""]         | invalid_stop
            """)
    void namesTheKeyThatIsWrong(String more, String code) {
        HttpException e = assertThrows(HttpException.class, () -> parse(body(more, PICTURE)));
        assertEquals(code, e.code());
        assertEquals(400, e.status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":          | invalid_json
            []                 | invalid_json
            {}                 | invalid_messages
            {"messages":[]}    | invalid_messages
            {"messages":[{"role":"user","content":"hello"}],"model":"m"} | invalid_messages
            {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,AQID"}}]}]} | invalid_model
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,%%%"}}]}]} | invalid_image_url
            """)
    void refusesWhatIsNoRequest(String body, String code) {
        assertEquals(code, assertThrows(HttpException.class, () -> parse(body)).code());
    }
}
