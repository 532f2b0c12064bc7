package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Element;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcOptions;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code psyne services} and {@code psyne call} at a started node and what a client offers through it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class CallCommandTest {
    private static final String QUESTION = "What is in the picture?";
    private static final JsonMapper JSON = new JsonMapper();

    /** A place on a board. */
    public record Square(int row, int column, @Nullable String note) {}

    /** What a client offers. */
    public interface Board {
        Square mirrored(@Name("square") Square square);

        Items<Square> diagonal(@Name("length") int length);

        long rows(Items<Square> squares);

        Tensor doubled(@Name("values") @Element(ElementType.F32) Tensor values);

        String said(@Name("words") String words, @Name("often") @Nullable Integer often);

        MemorySegment sent(@Name("bytes") MemorySegment bytes);

        void refuse();
    }

    private static final class Wooden implements Board {
        @Override
        public Square mirrored(Square square) {
            return new Square(square.column(), square.row(), square.note());
        }

        @Override
        public Items<Square> diagonal(int length) {
            return Items.of(IntStream.range(0, length)
                    .mapToObj(i -> new Square(i, i, null))
                    .toList());
        }

        @Override
        public long rows(Items<Square> squares) {
            long sum = 0;
            try {
                for (Square square = squares.next(); square != null; square = squares.next()) {
                    sum += square.row();
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return sum;
        }

        @Override
        public Tensor doubled(Tensor values) {
            Tensor doubled = Tensor.allocate(java.lang.foreign.Arena.ofAuto(), values.type(), values.shape());
            for (long i = 0; i < values.shape().elements(); i++) {
                doubled.setFloat(i, 2 * values.getFloat(i));
            }
            return doubled;
        }

        @Override
        public String said(String words, @Nullable Integer often) {
            return words.repeat(often == null ? 1 : often);
        }

        @Override
        public MemorySegment sent(MemorySegment bytes) {
            return bytes;
        }

        @Override
        public void refuse() {
            throw new RpcException("not_today", "the board is closed");
        }
    }

    private record Told(int code, String out, String err) {}

    @TempDir
    private static Path folder;

    private final Scheduler scheduler = Scheduler.create(1);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private Node node;
    private RpcClient provider;

    @BeforeAll
    void start() {
        node = Node.start(
                new NodeOptions(
                        "127.0.0.1",
                        0,
                        Optional.of("s3cret"),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(ModelSource.at(RunningNode.MODEL)),
                        ModelMemory.standard(),
                        2,
                        NodeLimits.standard(),
                        Optional.empty()),
                HyphaOptions.passing(),
                List.of("tcp://127.0.0.1:0", "unix:" + folder.resolve("node")));
        provider = RpcClient.connect(
                node.rpcAddresses().getFirst(), scheduler, RpcOptions.standard().withToken("s3cret"), failures::add);
        provider.offer("club/board", Board.class, new Wooden());
    }

    @AfterAll
    void end() {
        provider.close();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private Told told(String url, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Arrays.copyOf(arguments, arguments.length + 4);
        System.arraycopy(new String[] {"--url", url, "--token", "s3cret"}, 0, all, arguments.length, 4);
        int code = Psyne.run(new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), all);
        return new Told(code, out.toString(), err.toString());
    }

    private String psyne(String... arguments) {
        Told told = told("http://" + node.uri().getAuthority(), arguments);
        assertEquals(ExitCode.DONE, told.code, told::err);
        return told.out;
    }

    private JsonNode json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return JSON.readTree(psyne(all));
    }

    @Test
    void theServicesAreListedWithTheirMethodsAndSchemas() {
        String listed = psyne("services");
        assertTrue(listed.contains("Vision ") && listed.contains("answer ask models"), listed);
        assertTrue(listed.contains("club/board ") && listed.contains("diagonal doubled mirrored"), listed);
        String schema = psyne("services", "club/board");
        assertTrue(schema.contains("record Square {\n  1 i32 row;\n") && schema.contains("service Board {"), schema);
        JsonNode board = json("services", "club/board").get(0);
        assertEquals("club/board", board.path("name").asString());
        assertTrue(board.path("methods").toString().contains("diagonal(i32 length) -> stream Square"), board::toString);
        assertEquals(schema, board.path("schema").asString());
    }

    @Test
    void theModelIsAskedWordByWordOverEveryCarrier() throws IOException {
        Path picture = folder.resolve("scene.png");
        try (InputStream in = Objects.requireNonNull(Node.class.getResourceAsStream("page/scenes/a-party.png"))) {
            Files.write(picture, in.readAllBytes());
        }
        String spoken = psyne("call", "Vision.ask", QUESTION, "@" + picture);
        assertFalse(spoken.isBlank());
        for (String address : node.rpcAddresses()) {
            assertEquals(spoken, told(address, "call", "Vision.ask", QUESTION, "image=@" + picture).out);
        }
        String web = "ws://" + node.uri().getAuthority() + "/psyne";
        assertEquals("[\"scenes-2\"]\n", told(web, "call", "Vision.models").out);
    }

    @Test
    void argumentsAreWhatTheSchemaSays() throws IOException {
        assertEquals(
                JSON.readTree("{\"row\":2,\"column\":1,\"note\":\"here\"}"),
                json("call", "club/board.mirrored", "{\"row\": 1, \"column\": 2, \"note\": \"here\"}"));
        assertEquals("123123\n", psyne("call", "club/board.said", "123", "2"));
        assertEquals("true\n", psyne("call", "club/board.said", "words=true"));
        assertEquals("a \"b\"\n", psyne("call", "club/board.said", "\"a \\\"b\\\"\""));
        Path words = Files.writeString(folder.resolve("words.txt"), "grün");
        assertEquals("grün\n", psyne("call", "club/board.said", "words=@" + words));
        assertEquals(
                "AQI=",
                json("call", "club/board.sent", "@" + Files.write(folder.resolve("bytes"), new byte[] {1, 2}))
                        .path("_rvalue")
                        .asString());
        assertEquals("6\n", psyne("call", "club/board.rows", "[{\"row\":1,\"column\":0},{\"row\":5,\"column\":0}]"));
    }

    @Test
    void streamsComeItemByItem() {
        assertEquals(
                "{\"row\":0,\"column\":0}\n{\"row\":1,\"column\":1}\n\n", psyne("call", "club/board.diagonal", "2"));
        assertEquals(3, json("call", "club/board.diagonal", "length=3").size());
    }

    private static byte[] numpy(String header, byte[] elements) {
        byte[] said = header.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(10 + said.length + elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) said.length)
                .put(said)
                .put(elements)
                .array();
    }

    @Test
    void tensorsAreArraysOrFilesOfNumpy() throws IOException {
        JsonNode doubled = json("call", "club/board.doubled", "[[1, 2], [3, 4.5]]");
        assertEquals("float32", doubled.path("_rdtype").asString());
        assertEquals("[2,2]", doubled.path("_rshape").toString());
        byte[] elements = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(-3)
                .array();
        Path file = Files.write(
                folder.resolve("two.npy"),
                numpy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", elements));
        JsonNode read = json("call", "club/board.doubled", "@" + file);
        assertEquals("[2]", read.path("_rshape").toString());
        ByteBuffer values = ByteBuffer.wrap(java.util.Base64.getDecoder()
                        .decode(read.path("_rvalue").asString()))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(2, values.getFloat());
        assertEquals(-6, values.getFloat());
        assertEquals(
                read,
                json(
                        "call",
                        "club/board.doubled",
                        read.toString()
                                .replace(
                                        read.path("_rvalue").asString(),
                                        java.util.Base64.getEncoder().encodeToString(elements))));
    }

    private void assertRefused(String words, String... arguments) {
        Told refused = told("http://" + node.uri().getAuthority(), arguments);
        assertTrue(refused.code == ExitCode.FAILED || refused.code == ExitCode.USAGE, refused::out);
        assertTrue(refused.err.contains(words), refused::err);
        assertEquals("", refused.out);
    }

    @Test
    void whatCannotBeCalledSaysWhy() throws IOException {
        assertRefused("no SERVICE.METHOD", "call", "Vision");
        assertRefused("not_found: there is no service 'vision'", "call", "vision.models");
        assertRefused("has no method 'model'; it has [answer, ask, models", "call", "Vision.model");
        assertRefused(
                "invalid_argument: club/board.diagonal.length: is to be i32, not 'two'",
                "call",
                "club/board.diagonal",
                "two");
        assertRefused("takes 1 arguments, not 2", "call", "club/board.diagonal", "1", "2");
        assertRefused("has no parameter 'size'", "call", "club/board.diagonal", "size=2");
        assertRefused("not_today: the board is closed", "call", "club/board.refuse");
        assertRefused("of one length", "call", "club/board.doubled", "[[1,2],[3]]");
        assertRefused("cannot be \"x\"", "call", "club/board.doubled", "[\"x\"]");
        assertRefused("is to be tensor<f32>", "call", "club/board.doubled", "7");
        Path broken = Files.write(folder.resolve("broken.npy"), new byte[3]);
        assertRefused("is no file of numpy", "call", "club/board.doubled", "@" + broken);
        Path big = Files.write(
                folder.resolve("big.npy"),
                numpy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }\n", new byte[8]));
        assertRefused("elements are to be one of", "call", "club/board.doubled", "@" + big);
        Path lying = Files.write(
                folder.resolve("lying.npy"),
                numpy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n", new byte[8]));
        assertRefused("has 12 bytes, not 8", "call", "club/board.doubled", "@" + lying);
        assertRefused("there is no file", "call", "club/board.sent", "@" + folder.resolve("nothing"));
        assertRefused("--workspace is one of hypha's", "call", "Vision.models", "--workspace", "w");
        assertRefused("not_found: there is no service 'nobody'", "services", "nobody");
    }

    @Test
    void aNodeThatIsNotThereOrWantsAnotherTokenSaysSo() {
        Told nobody = told("tcp://127.0.0.1:1", "services");
        assertEquals(ExitCode.FAILED, nobody.code);
        assertTrue(nobody.err.contains("cannot connect to tcp://127.0.0.1:1"), nobody::err);
        Told nowhere = told("somewhere", "services");
        assertEquals(ExitCode.USAGE, nowhere.code);
        assertTrue(nowhere.err.contains("not 'somewhere'"), nowhere::err);
        StringWriter err = new StringWriter();
        int code = Psyne.run(
                new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, false),
                "services",
                "--url",
                "http://" + node.uri().getAuthority());
        assertEquals(ExitCode.FAILED, code);
        assertTrue(err.toString().contains("permission_denied"), err::toString);
    }
}
