package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcOptions;
import dev.psyne.vlm.Conversation.Role;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a node serves by psyne.v2, called over its WebSocket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RpcServicesTest {
    private static final String EMBEDDED = "scenes-2";

    @TempDir
    private static Path folder;

    private final Scheduler scheduler = Scheduler.create(1);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private RunningNode node;
    private RpcClient client;
    private VisionCalls vision;
    private NodeCalls figures;
    private TeachingCalls teaching;

    @BeforeAll
    void start() {
        node = new RunningNode(Optional.of(folder.resolve("taught")), RunningNode.MODEL, RunningNode.TALKING);
        client = RpcClient.connect(node.uri().toString(), scheduler, RpcOptions.standard(), failures::add);
        vision = client.service(VisionCalls.class);
        figures = client.service(NodeCalls.class);
        teaching = client.service(TeachingCalls.class);
    }

    @AfterAll
    void end() {
        client.close();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static MemorySegment picture(byte[] file) {
        return MemorySegment.ofArray(file);
    }

    private static List<MemorySegment> lesson() throws Exception {
        return LessonFixture.lesson("fountain").stream()
                .map(RpcServicesTest::picture)
                .toList();
    }

    private static void assertRefused(String code, String words, Executable call) {
        RpcException refused = assertThrows(RpcException.class, call);
        assertEquals(code, refused.code(), refused::getMessage);
        assertTrue(refused.getMessage().contains(words), refused::getMessage);
    }

    @Test
    void itsFiguresComeTwiceASecondAndAreThoseOfThePage() throws Exception {
        try (Items<NodeState> watch = figures.watch();
                AskingClient page = new AskingClient(node.client(), node.uri())) {
            NodeState first = Objects.requireNonNull(watch.next());
            NodeState second = Objects.requireNonNull(watch.next());
            assertTrue(second.uptimeMs() > first.uptimeMs());
            assertEquals(2, first.workers());
            assertTrue(first.models().containsKey(EMBEDDED), first::toString);
            Map<?, ?> shown = AskingClient.of(page.first("node.watch", Map.of()), "value")
                    .asMapValue()
                    .map();
            assertEquals(RecordFields.of(first).size(), shown.size());
        }
    }

    @Test
    void itsWorkersAndConnectionsAreSeen() throws Exception {
        try (Items<WorkersState> workers = figures.workers();
                Items<ConnectionsState> connections = figures.connections(null)) {
            ConnectionsState.Workspace open = Objects.requireNonNull(connections.next()).workspaces().stream()
                    .filter(each -> each.name().equals("public"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(open.services().stream().anyMatch(each -> each.id().equals(VisionService.ID)));
            WorkersState state = Objects.requireNonNull(workers.next());
            assertEquals(2, state.workers().size());
            assertTrue(state.workers().stream().allMatch(worker -> worker.busy() >= 0 && worker.busy() <= 1));
            assertFalse(state.lengths().isEmpty());
        }
        try (Items<ConnectionsState> refused = figures.connections("x.y.z")) {
            assertRefused("unauthorized", "not one of this node's", refused::next);
        }
    }

    private static AnswerWhole whole(Items<VisionCalls.Piece> pieces) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        AnswerWhole whole = null;
        try (pieces) {
            for (VisionCalls.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
                assertNull(whole, "the whole is the last");
                text.append(piece.text());
                whole = piece.whole();
            }
        }
        assertNotNull(whole);
        assertEquals(whole.text().strip(), text.toString().strip());
        return whole;
    }

    @Test
    void aConversationIsAnsweredPieceByPiece() throws Exception {
        List<VisionCalls.Turn> turns = List.of(new VisionCalls.Turn(
                Role.USER,
                List.of(
                        new VisionCalls.Part(null, picture(node.scene())),
                        new VisionCalls.Part("What is in the picture?", null))));
        AnswerWhole embedded = whole(vision.answer(turns, null, null));
        assertFalse(embedded.text().isBlank());
        assertTrue(embedded.confidence() > 0);
        AnswerWhole talking = whole(vision.answer(
                List.of(
                        new VisionCalls.Turn(Role.SYSTEM, List.of(new VisionCalls.Part("Be brief.", null))),
                        new VisionCalls.Turn(Role.USER, List.of(new VisionCalls.Part("Who are you?", null)))),
                "smolvlm2",
                new VisionCalls.Choice(0.7, 0.9, 20, null, 7L, 5)));
        assertTrue(talking.tokens() <= 5, talking::toString);
        assertTrue(talking.promptTokens() > 0);
    }

    @Test
    void aConversationThatIsNoneIsRefused() {
        VisionCalls.Part both = new VisionCalls.Part("a", picture(new byte[1]));
        VisionCalls.Part none = new VisionCalls.Part(null, null);
        for (VisionCalls.Part wrong : List.of(both, none)) {
            assertRefused(
                    "invalid_argument",
                    "a text or a picture",
                    () -> whole(vision.answer(List.of(new VisionCalls.Turn(Role.USER, List.of(wrong))), null, null)));
        }
        assertRefused("invalid_argument", "nothing is asked", () -> whole(vision.answer(List.of(), null, null)));
        List<VisionCalls.Turn> turns =
                List.of(new VisionCalls.Turn(Role.USER, List.of(new VisionCalls.Part("Who?", null))));
        assertRefused("model_not_found", EMBEDDED, () -> whole(vision.answer(turns, "nobody", null)));
        VisionCalls.Choice wrong = new VisionCalls.Choice(-1.0, null, null, null, null, null);
        assertRefused("invalid_argument", "-1", () -> whole(vision.answer(turns, null, wrong)));
    }

    @Test
    void aThingIsTaughtRenamedForgottenBroughtBackAndSentOn() throws Exception {
        TeachingCalls.Thing taught = teaching.teach("my pot", lesson(), null);
        assertEquals("my pot", taught.name());
        assertEquals(4, taught.pictures());
        assertEquals(List.of(taught), teaching.things(EMBEDDED));
        assertEquals("Omas pot", teaching.rename("my pot", "Omas pot", null).name());
        TeachingCalls.ThingFile file = teaching.export("Omas pot", null);
        assertEquals("Omas-pot.psyne", file.filename());
        String token = teaching.forget("omas pot", null);
        assertEquals(List.of(), teaching.things(null));
        assertEquals("Omas pot", teaching.restore(token, null).name());
        assertRefused("invalid_argument", "taught already", () -> teaching.load(file.bytes(), null));
        teaching.forget("Omas pot", null);
        assertEquals("Omas pot", teaching.load(file.bytes(), null).name());
        teaching.forget("Omas pot", null);
    }

    @Test
    void mistakesOfATeacherAreTold() throws Exception {
        List<MemorySegment> lesson = lesson();
        assertRefused("invalid_argument", "3 to 10", () -> teaching.teach("x1", lesson.subList(0, 2), null));
        assertRefused("taught_not_found", "was not taught", () -> teaching.forget("nothing", null));
        assertRefused("unsupported", "cannot be taught", () -> teaching.things("smolvlm2"));
        assertRefused("model_not_found", "no model", () -> teaching.things("nobody"));
        MemorySegment none = picture("{}".getBytes(StandardCharsets.UTF_8));
        assertRefused("invalid_argument", "no file of a taught thing", () -> teaching.load(none, null));
        MemorySegment large = picture(new byte[TaughtFile.MAX_BYTES + 1]);
        assertRefused("invalid_argument", "at most", () -> teaching.load(large, null));
    }
}
