package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.msgpack.value.Value;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** {@code /connections.json} of a node that lets everybody in, and of one that asks for its token. */
@Timeout(120)
class ConnectionsTest {
    private static final String TOKEN = "sesame-opens-it";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private static Node open;
    private static Node closed;

    @BeforeAll
    static void start() {
        open = node(Optional.empty());
        closed = node(Optional.of(TOKEN));
    }

    @AfterAll
    static void stop() {
        HTTP.close();
        open.close();
        closed.close();
    }

    private static Node node(Optional<String> token) {
        return Node.start(new NodeOptions(
                "127.0.0.1",
                0,
                token,
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(ModelSource.at(RunningNode.TALKING)),
                ModelMemory.standard(),
                2,
                NodeLimits.standard(),
                Optional.empty()));
    }

    private static HttpResponse<String> get(Node node, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri().resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode connections(Node node, String... headers) throws Exception {
        HttpResponse<String> answer = get(node, Connections.PATH, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body());
    }

    private static JsonNode named(JsonNode list, String field, String name) {
        for (JsonNode one : list) {
            if (one.path(field).asString().equals(name)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    private static JsonNode client(JsonNode connections, String workspace, String id) {
        return named(named(connections.path("workspaces"), "name", workspace).path("clients"), "id", id);
    }

    /** The node's address without what it says of its token. */
    private static URI address(Node node) {
        return URI.create("http://" + node.uri().getAuthority());
    }

    private static HyphaClientOptions options(Node node) {
        return HyphaClientOptions.to(address(node)).reconnect(false);
    }

    @Test
    void aClientComesCallsAndLeaves() throws Exception {
        String id;
        String workspace;
        String[] bearer;
        try (HyphaClient client = HyphaClient.connect(options(open))) {
            id = client.clientId();
            workspace = client.workspace();
            Object token = client.manager("generate_token", List.of(), Map.of());
            bearer = new String[] {"Authorization", "Bearer " + token};
            long before = client(connections(open, bearer), workspace, id)
                    .path("callsMade")
                    .asLong();
            client.manager("echo", List.of("hello"), Map.of());
            JsonNode seen = client(connections(open, bearer), workspace, id);
            assertEquals(before + 1, seen.path("callsMade").asLong(), seen::toString);
            assertTrue(seen.path("bytesSent").asLong() > 0, seen::toString);
            assertTrue(seen.path("anonymous").asBoolean());
        }
        while (!client(connections(open, bearer), workspace, id).isMissingNode()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theNodesOwnServiceIsThere() throws Exception {
        JsonNode workspace = named(connections(open).path("workspaces"), "name", "public");
        assertEquals(
                "public",
                named(workspace.path("services"), "id", VisionService.ID)
                        .path("visibility")
                        .asString());
        assertTrue(named(workspace.path("clients"), "id", "psyne").path("local").asBoolean());
    }

    @Test
    void aPrivateWorkspaceIsForWhoHasItsToken() throws Exception {
        try (HyphaClient client = HyphaClient.connect(options(open))) {
            client.register(HyphaService.builder("mine")
                    .visibility(Visibility.PROTECTED)
                    .method("m", _ -> 1)
                    .build());
            JsonNode stranger = connections(open);
            assertFalse(stranger.toString().contains(client.workspace()), stranger::toString);
            assertFalse(stranger.toString().contains("\"mine\""), stranger::toString);
            assertTrue(stranger.path("withheld").path("clients").asInt() >= 1);
            String token = String.valueOf(client.manager("generate_token", List.of(), Map.of()));
            JsonNode own = connections(open, "Authorization", "Bearer " + token);
            JsonNode workspace = named(own.path("workspaces"), "name", client.workspace());
            assertEquals(
                    client.clientId(),
                    named(workspace.path("services"), "id", "mine")
                            .path("owner")
                            .asString());
            assertFalse(own.toString().contains(token));
        }
    }

    @Test
    void aTokenOfNobodyIsRefused() throws Exception {
        assertEquals(
                401,
                get(open, Connections.PATH, "Authorization", "Bearer x.y.z").statusCode());
        assertEquals(401, get(open, Connections.PATH + "?token=x.y.z").statusCode());
    }

    @Test
    void thePageIsSentTheSame() throws Exception {
        try (AskingClient page = new AskingClient(HTTP, open.uri())) {
            JsonNode item = JSON.readTree(AskingClient.of(page.first("node.connections", Map.of()), "value")
                    .toJson());
            assertEquals(connections(open).propertyNames(), item.propertyNames());
            assertFalse(client(item, "public", "psyne").isMissingNode(), item::toString);
            Map<Value, Value> refused = page.first("node.connections", Map.of("token", "x.y.z"));
            assertEquals("unauthorized", AskingClient.text(refused, "code"));
        }
    }

    @Test
    void aNodeThatAsksForItsTokenShowsItsOwnerAll() throws Exception {
        String[] owner = {"Authorization", "Bearer " + TOKEN};
        assertEquals(401, get(closed, Connections.PATH).statusCode());
        try (HyphaClient client = HyphaClient.connect(options(closed).token(TOKEN))) {
            String token = String.valueOf(
                    client.manager("generate_token", List.of(Map.of("workspace", client.workspace())), Map.of()));
            assertEquals(
                    401,
                    get(closed, Connections.PATH, "Authorization", "Bearer " + token)
                            .statusCode());
            JsonNode all = connections(closed, owner);
            assertFalse(client(all, client.workspace(), client.clientId()).isMissingNode(), all::toString);
            assertFalse(all.toString().contains(TOKEN) || all.toString().contains(token));
        }
    }

    @Test
    void thePageIsThereForEverybody() throws Exception {
        assertTrue(get(closed, "/connections").body().contains("<title>Psyne · connections</title>"));
    }
}
