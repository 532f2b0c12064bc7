package dev.psyne.hypha.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ServiceDocumentsTest {
    private static final Map<String, Object> PARAMETERS =
            Map.of("type", "object", "properties", Map.of("n", Map.of("type", "integer")));

    private final HttpFixture hypha = new HttpFixture()
            .with("ws/c:s", "twice", Map.of("description", "Doubles.", "parameters", PARAMETERS), _ -> 2L)
            .with("ws/c:s", "bare", Map.of(), _ -> null)
            .with("other/c:t", "f", Map.of(), _ -> null);

    @AfterEach
    void close() {
        hypha.close();
        assertEquals(0, hypha.guests.get());
        assertTrue(hypha.failures.isEmpty(), hypha.failures::toString);
    }

    @Test
    void aWorkspaceListsItsServices() throws Exception {
        for (String path : new String[] {"/ws/services", "/ws/services/"}) {
            JsonNode list = hypha.parse(hypha.get(path).body());
            assertEquals(1, list.size());
            assertEquals("ws/c:s", list.get(0).path("id").asString());
        }
        assertEquals("[]", hypha.get("/nowhere/services").body());
    }

    @Test
    void aServiceTellsItsSchema() throws Exception {
        JsonNode service = hypha.parse(hypha.get("/ws/services/s").body());
        assertEquals(
                "Doubles.",
                service.at("/service_schema/twice/function/description").asString());
        assertEquals(404, hypha.get("/ws/services/none").statusCode());
        assertEquals(403, hypha.get("/ws/services/secret").statusCode());
        assertEquals(
                401, hypha.get("/ws/services", "Authorization", "Bearer bad").statusCode());
    }

    @Test
    void aServiceIsAnOpenApiDocument() throws Exception {
        JsonNode document = hypha.parse(hypha.get("/ws/services/s/openapi.json").body());
        assertEquals("3.1.0", document.path("openapi").asString());
        assertEquals("Name of ws/c:s", document.at("/info/title").asString());
        JsonNode twice = document.at("/paths/~1ws~1services~1s~1twice/post");
        assertEquals("Doubles.", twice.path("description").asString());
        JsonNode schema = twice.at("/requestBody/content/application~1json/schema");
        assertEquals("integer", schema.at("/properties/n/type").asString());
        JsonNode bare = document.at("/paths/~1ws~1services~1s~1bare/post/requestBody/content/application~1json/schema");
        assertEquals("{\"type\":\"object\"}", bare.toString());
        assertEquals(404, hypha.get("/ws/services/none/openapi.json").statusCode());
    }

    @Test
    void probesAnswer() throws Exception {
        assertEquals(200, hypha.get("/health/liveness").statusCode());
        assertEquals("{\"status\":\"OK\"}", hypha.get("/health/readiness").body());
    }
}
