package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes printed in docs/protocol.md are what goes over the wire. */
class ProtocolGoldenTest {
    private static final Path DOCUMENT = Path.of("../../docs/protocol.md");
    private static final int LIMIT = 1 << 20;
    private static final ServerMessages MESSAGES = new ServerMessages(LIMIT);

    @Test
    void whatTheNodeSendsIsAsPrinted() throws IOException {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("text", "a");
        token.put("probability", 0.75);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("text", "a cat");
        answer.put("sure", true);
        assertPrinted("hello", MESSAGES.hello("psyne 0.1.0", List.of("vision.ask")));
        assertPrinted("item", MESSAGES.item(7, token));
        assertPrinted("end", MESSAGES.end(7, answer));
        assertPrinted("error", MESSAGES.error(7, "method_not_found", "there is no method 'vision.aks'"));
        assertPrinted("pong", MESSAGES.pong());
    }

    @Test
    void whatAClientSendsIsReadAsPrinted() throws IOException {
        ClientMessage.Call call = assertInstanceOf(ClientMessage.Call.class, decode("call"));
        assertEquals(7, call.id());
        assertEquals("vision.ask", call.method());
        assertEquals("What is it?", call.arguments().get("question"));
        MemorySegment image =
                assertInstanceOf(MemorySegment.class, call.arguments().get("image"));
        assertEquals("89504e47", HexFormat.of().formatHex(image.toArray(ValueLayout.JAVA_BYTE)));
        assertEquals(8, call.credit());
        assertEquals(new ClientMessage.Grant(7, 1), decode("credit"));
        assertEquals(new ClientMessage.Cancel(7), decode("cancel"));
        assertEquals(new ClientMessage.Ping(), decode("ping"));
        assertEquals(new ClientMessage.Pong(), decode("pong"));
    }

    @Test
    void theLimitsAreAsPrinted() throws IOException {
        String document = Files.readString(DOCUMENT);
        RpcLimits limits = RpcLimits.standard();
        assertEquals(20_971_520, limits.frameBytes());
        assertEquals(32, limits.callsPerConnection());
        assertEquals(65_536, limits.creditPerCall());
        assertTrue(document.contains("| 20 971 520 (20 MiB) |"));
        assertTrue(document.contains("together | " + "4 096 |") && MessagePackReader.MAX_ELEMENTS == 4_096);
        assertTrue(document.contains("included | 16 |") && MessagePackReader.MAX_DEPTH == 16);
        assertTrue(document.contains("name | 256 |") && MessagePackReader.MAX_KEY_BYTES == 256);
    }

    private static ClientMessage decode(String type) throws IOException {
        return ClientMessageDecoder.decode(MemorySegment.ofArray(HexFormat.of().parseHex(printed(type))), LIMIT);
    }

    private static void assertPrinted(String type, byte[] frame) throws IOException {
        assertEquals(printed(type), HexFormat.of().formatHex(frame));
    }

    /** The second cell of the table row whose message has this type. */
    private static String printed(String type) throws IOException {
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("| `{t:\"" + type + "\"")) {
                return line.substring(line.lastIndexOf("| `") + 3, line.lastIndexOf('`'));
            }
        }
        throw new IllegalStateException("no golden bytes of " + type);
    }
}
