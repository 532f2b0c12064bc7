package dev.psyne.hypha.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class McpEndpointTest {
    private static final Map<String, Object> PARAMETERS =
            Map.of("type", "object", "properties", Map.of("n", Map.of("type", "integer")));

    private final HttpFixture hypha = new HttpFixture()
            .with("ws/c:s", "echo", Map.of("description", "Says it back.", "parameters", PARAMETERS), each -> each)
            .with("ws/c:s", "words", Map.of(), _ -> HttpFixture.stream("one ", "two"))
            .with("ws/c:s", "picture", Map.of(), _ -> MemorySegment.ofArray(new byte[] {(byte) 0x89, 'P', 'N', 'G', 1}))
            .with("ws/c:s", "fails", Map.of(), _ -> {
                throw new HyphaException("ValueError: as asked");
            });

    @AfterEach
    void close() {
        hypha.close();
        assertEquals(0, hypha.guests.get());
        assertTrue(hypha.failures.isEmpty(), hypha.failures::toString);
    }

    private JsonNode ask(String method, String parameters) throws Exception {
        String message = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + parameters + "}";
        JsonNode answer = hypha.parse(hypha.post("/ws/mcp", message, "Accept", "application/json, text/event-stream")
                .body());
        assertEquals("2.0", answer.path("jsonrpc").asString());
        assertEquals(7, answer.path("id").asInt());
        return answer;
    }

    @Test
    void aClientIsGreetedInAVersionThatItKnows() throws Exception {
        JsonNode known =
                ask("initialize", "{\"protocolVersion\":\"2025-03-26\"}").path("result");
        assertEquals("2025-03-26", known.path("protocolVersion").asString());
        assertEquals("psyne", known.at("/serverInfo/name").asString());
        assertTrue(known.at("/capabilities/tools").isObject());
        JsonNode unknown =
                ask("initialize", "{\"protocolVersion\":\"1999-01-01\"}").path("result");
        assertEquals(
                McpEndpoint.VERSIONS.getFirst(), unknown.path("protocolVersion").asString());
        assertEquals("{}", ask("ping", "{}").path("result").toString());
    }

    @Test
    void notificationsAreAcceptedInSilence() throws Exception {
        var answer = hypha.post("/ws/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        assertEquals(202, answer.statusCode());
        assertEquals("", answer.body());
    }

    @Test
    void functionsAreTools() throws Exception {
        JsonNode tools = ask("tools/list", "{}").at("/result/tools");
        assertEquals(4, tools.size());
        JsonNode echo = tools.get(0);
        assertEquals("s__echo", echo.path("name").asString());
        assertEquals("Says it back.", echo.path("description").asString());
        assertEquals("integer", echo.at("/inputSchema/properties/n/type").asString());
        assertEquals("{\"type\":\"object\"}", tools.get(1).path("inputSchema").toString());
    }

    @Test
    void aLongListComesInPages() throws Exception {
        for (int i = 0; i < McpEndpoint.PAGE_TOOLS; i++) {
            hypha.with(
                    "ws/c:many",
                    "a.very.long.name.of.a.function.that.nobody.would.type.by.hand." + i,
                    Map.of(),
                    _ -> 1L);
        }
        JsonNode first = ask("tools/list", "{}").path("result");
        assertEquals("200", first.path("nextCursor").asString());
        JsonNode second = ask("tools/list", "{\"cursor\":\"200\"}").path("result");
        assertEquals(4, second.path("tools").size());
        Set<String> names = new HashSet<>();
        first.path("tools").forEach(tool -> names.add(tool.path("name").asString()));
        second.path("tools").forEach(tool -> names.add(tool.path("name").asString()));
        assertEquals(204, names.size());
        assertTrue(names.stream().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}")), names::toString);
        assertEquals(
                -32_602,
                ask("tools/list", "{\"cursor\":\"-1\"}").at("/error/code").asInt());
    }

    @Test
    void aToolIsCalled() throws Exception {
        JsonNode echo = ask("tools/call", "{\"name\":\"s__echo\",\"arguments\":{\"n\":3}}")
                .path("result");
        assertEquals("{\"n\":3}", echo.at("/content/0/text").asString());
        assertEquals(3, echo.at("/structuredContent/n").asInt());
        JsonNode words = ask("tools/call", "{\"name\":\"s__words\"}").path("result");
        assertEquals("one two", words.at("/content/0/text").asString());
        JsonNode picture = ask("tools/call", "{\"name\":\"s__picture\"}").path("result");
        assertEquals("image/png", picture.at("/content/0/mimeType").asString());
        assertEquals("iVBORwE=", picture.at("/content/0/data").asString());
    }

    @Test
    void aToolThatFailsSaysSo() throws Exception {
        JsonNode failed = ask("tools/call", "{\"name\":\"s__fails\"}").path("result");
        assertTrue(failed.path("isError").asBoolean());
        assertEquals("ValueError: as asked", failed.at("/content/0/text").asString());
        assertEquals(
                -32_602,
                ask("tools/call", "{\"name\":\"none\"}").at("/error/code").asInt());
        assertEquals(
                -32_602,
                ask("tools/call", "{\"name\":\"s__echo\",\"arguments\":[1]}")
                        .at("/error/code")
                        .asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                       | -32700",
                "[]                                      | -32600",
                "{\"id\":1,\"method\":\"ping\"}          | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"} | -32601"
            })
    void whatIsNoRequestIsRefused(String message, int code) throws Exception {
        JsonNode answer = hypha.parse(hypha.post("/ws/mcp", message).body());
        assertEquals(code, answer.at("/error/code").asInt());
    }

    @Test
    void onlyPostsOfKnownVersionsAreAnswered() throws Exception {
        assertEquals(405, hypha.get("/ws/mcp").statusCode());
        assertEquals(
                400,
                hypha.post("/ws/mcp", "{}", "MCP-Protocol-Version", "1999-01-01")
                        .statusCode());
        assertEquals(
                401, hypha.post("/ws/mcp", "{}", "Authorization", "Bearer bad").statusCode());
    }
}
