package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.net.HttpException;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
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
        return "{\"model\":\"scenes-2\"" + more + ",\"messages\":[{\"role\":\"user\",\"content\":[" + content + "]}]}";
    }

    @Test
    void takesTheWholeConversation() {
        ChatRequest request = parse("{\"model\":\"m\",\"stream\":true,\"messages\":["
                + "{\"role\":\"system\",\"content\":\"be kind\"},"
                + "{\"role\":\"user\",\"content\":[" + PICTURE + ",{\"type\":\"text\",\"text\":\"what is it?\"}]},"
                + "{\"role\":\"assistant\",\"content\":\"a cat\"},"
                + "{\"role\":\"user\",\"content\":\"how many?\"}]}");
        assertEquals(
                List.of(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER),
                request.messages().stream().map(Question.Message::role).toList());
        assertEquals(
                List.of(new Question.Words("how many?")),
                request.messages().getLast().parts());
        assertEquals(
                new Question.Words("what is it?"),
                request.messages().get(1).parts().get(1));
        List<MemorySegment> pictures = request.question().pictures();
        assertEquals(1, pictures.size());
        assertArrayEquals(new byte[] {1, 2, 3}, pictures.getFirst().toArray(ValueLayout.JAVA_BYTE));
        assertTrue(request.stream());
        assertFalse(request.streamUsage());
    }

    @Test
    void takesEveryKnobOfSampling() {
        ChatRequest request = parse(body(
                ",\"temperature\":0.7,\"top_p\":0.9,\"top_k\":40,\"min_p\":0.05,\"seed\":7,\"max_tokens\":9,"
                        + "\"stop\":\"end\",\"logprobs\":true,\"top_logprobs\":3,\"stream_options\":{\"include_usage\":true}",
                PICTURE));
        assertEquals(new Sampling(0.7, 40, 0.9, 0.05, 7, 9, List.of("end"), 3), request.sampling());
        assertTrue(request.logprobs());
        assertTrue(request.streamUsage());
    }

    @Test
    void aPictureOfManyCharactersIsDecodedWhole() {
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
        assertArrayEquals(bytes, DataUrl.decode(url).toArray(ValueLayout.JAVA_BYTE));
        String cut = url.substring(0, 60_000) + "==" + url.substring(60_000);
        assertThrows(IllegalArgumentException.class, () -> DataUrl.decode(cut));
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
            ,"top_k":-1          | invalid_top_k
            ,"min_p":2           | invalid_min_p
            ,"top_logprobs":21   | invalid_top_logprobs
            ,"top_logprobs":2    | invalid_top_logprobs
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
            {"messages":[{"role":"system","content":"hello"}],"model":"m"} | invalid_messages
            {"messages":[{"role":"tool","content":"hello"}],"model":"m"} | invalid_messages
            {"messages":[{"role":"user","content":7}],"model":"m"} | invalid_messages
            {"messages":[{"role":"user","content":[{"type":"input_audio"}]}],"model":"m"} | invalid_messages
            {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,AQID"}}]}]} | invalid_model
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,%%%"}}]}]} | invalid_image_url
            """)
    void refusesWhatIsNoRequest(String body, String code) {
        assertEquals(code, assertThrows(HttpException.class, () -> parse(body)).code());
    }
}
