package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RpcPortTest {
    private final Scheduler scheduler = Scheduler.create(1);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private Node node;
    private RpcClient client;
    private VisionCalls vision;

    private static NodeOptions options(Optional<String> token) {
        return new NodeOptions(
                "127.0.0.1",
                0,
                token,
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(ModelSource.at(RunningNode.MODEL)),
                ModelMemory.standard(),
                2,
                NodeLimits.standard(),
                Optional.empty());
    }

    @BeforeAll
    void start() {
        node = Node.start(options(Optional.empty()), HyphaOptions.passing(), List.of("tcp://127.0.0.1:0"));
        client = RpcClient.connect(node.rpcAddresses().getFirst(), scheduler, RpcOptions.standard(), failures::add);
        vision = client.service(VisionCalls.class);
    }

    @AfterAll
    void end() {
        client.close();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static MemorySegment scene() throws IOException {
        try (InputStream in = Objects.requireNonNull(Node.class.getResourceAsStream("page/scenes/a-party.png"))) {
            return MemorySegment.ofArray(in.readAllBytes());
        }
    }

    @Test
    void theModelAnswersWordByWord() throws Exception {
        StringBuilder answer = new StringBuilder();
        try (Items<String> words = vision.ask("What is in the picture?", scene(), null)) {
            for (String word = words.next(); word != null; word = words.next()) {
                answer.append(word);
            }
            assertNull(words.next());
        }
        assertFalse(answer.toString().isBlank());
        assertEquals(List.of("scenes-2"), vision.models());
        assertEquals(List.of("Node", "Teaching", "Vision"), client.services());
    }

    @Test
    void whatCannotBeAnsweredSaysWhy() throws Exception {
        MemorySegment noPicture = MemorySegment.ofArray(new byte[100]);
        try (Items<String> words = vision.ask("What is it?", noPicture, null)) {
            RpcException invalid = assertThrows(RpcException.class, words::next);
            assertEquals("invalid_image", invalid.code());
        }
        try (Items<String> words = vision.ask("What is it?", scene(), "nobody")) {
            RpcException unknown = assertThrows(RpcException.class, words::next);
            assertEquals("model_not_found", unknown.code());
            assertTrue(unknown.getMessage().contains("scenes-2"), unknown.getMessage());
        }
    }

    @Test
    void aReaderThatLeavesEarlyFreesTheModel() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Items<String> words = vision.ask("What is in the picture?", scene(), null)) {
                words.next();
            }
        }
        theModelAnswersWordByWord();
    }

    @Test
    void theNodesTokenOpensItToo() {
        try (Node guarded =
                Node.start(options(Optional.of("s3cret")), HyphaOptions.passing(), List.of("tcp://127.0.0.1:0"))) {
            String address = guarded.rpcAddresses().getFirst();
            RpcException refused = assertThrows(
                    RpcException.class,
                    () -> RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add));
            assertEquals("permission_denied", refused.code());
            RpcOptions secret = RpcOptions.standard().withToken("s3cret");
            try (RpcClient known = RpcClient.connect(address, scheduler, secret, failures::add)) {
                assertEquals(List.of("Node", "Teaching", "Vision"), known.services());
            }
        }
    }

    @Test
    void anAddressThatCannotBeOpenedClosesTheRest() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Node.start(options(Optional.empty()), HyphaOptions.passing(), List.of("tcp://0.0.0.0:0")));
    }
}
