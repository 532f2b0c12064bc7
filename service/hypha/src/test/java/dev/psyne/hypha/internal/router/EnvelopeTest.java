package dev.psyne.hypha.internal.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.User;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final byte[] EXTRA = HexFormat.of().parseHex("c1ffff00c1");
    private final TrustedFields fields = TrustedFields.of(new Address("w", "c"), User.root());

    @Test
    void theRoutersEntriesTakeThePlaceOfTheSendersAndTheRestStays() {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", "somebody/else");
        main.put("to", "c");
        main.put("method", "services.s.m");
        main.put("ws", "elsewhere");
        main.put("session", "s1");
        main.put("user", Map.of("id", "root"));
        main.put("ctx", Map.of("user", "root"));
        main.put("data", List.of(1, Map.of("a", new byte[300]), 2.5, true));
        Envelope envelope = Envelope.scan(segment(main));
        assertEquals("c", envelope.to());
        assertEquals("s1", envelope.session());
        assertTrue(envelope.isMethod());
        Frame routed = Frame.read(
                envelope.addressed(fields.sender(), fields.receiver()).toArray());
        assertEquals("w/c", routed.from());
        assertEquals("w/c", routed.to());
        assertEquals("w", routed.main().get("ws"));
        assertEquals("services.s.m", routed.method());
        assertEquals(8, routed.main().size());
        assertEquals(User.root().toMap(), routed.main().get("user"));
        assertArrayEquals(EXTRA, routed.extra().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void aKeyThatIsAlmostOneOfTheRoutersGoesOn() {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("\0to", "nobody");
        main.put("to", "c");
        main.put("\0from", 1);
        main.put("", 2);
        Envelope envelope = Envelope.scan(segment(main));
        assertEquals("c", envelope.to());
        Frame routed = Frame.read(
                envelope.addressed(fields.sender(), fields.receiver()).toArray());
        assertEquals("nobody", routed.main().get("\0to"));
        assertEquals(1L, routed.main().get("\0from"));
        assertEquals(2L, routed.main().get(""));
    }

    @Test
    void manyEntriesNeedALongerHeader() {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("to", "c");
        for (int i = 0; i < 20; i++) {
            main.put("k" + i, i);
        }
        Frame routed = Frame.read(Envelope.scan(segment(main))
                .addressed(fields.sender(), fields.receiver())
                .toArray());
        assertEquals(24, routed.main().size());
        assertEquals(19L, routed.main().get("k19"));
    }

    @Test
    void lanesFollowWhatACallIs() {
        assertEquals(Lane.CONTROL, lane("abc.heartbeat"));
        assertEquals(Lane.BULK, lane("services.built-in.message_cache.set"));
        assertEquals(Lane.CALLS, lane("services.built-in.message_cache.process"));
        assertEquals(Lane.CALLS, lane("abc.resolve"));
        assertNull(Envelope.scan(segment(Map.of("to", "c"))).session());
    }

    @Test
    void everyTypeOfValueIsSkipped() {
        // to: "c", then x: an array of one value of each type that has bytes of its own behind its first
        String head = "82a2746fa163a178dc0013";
        String values = "c403000000" + "c50001ff" + "c600000001ff" + "c701aabb" + "c80001aabb" + "c900000001aabb"
                + "ca00000000" + "cb0000000000000000" + "ccff" + "cdffff" + "ceffffffff" + "cfffffffffffffffff"
                + "d0ff" + "d1ffff" + "d2ffffffff" + "d3ffffffffffffffff" + "d4aabb" + "d801" + "00".repeat(16)
                + "dd00000001df00000001a16101";
        byte[] frame = HexFormat.of().parseHex(head + values);
        byte[] out = Envelope.scan(MemorySegment.ofArray(frame))
                .addressed(new byte[0], new byte[0])
                .toArray();
        // One kept entry, after the header, and nothing behind it.
        assertArrayEquals(HexFormat.of().parseHex("a178dc0013" + values), Arrays.copyOfRange(out, 1, out.length));
    }

    @Test
    void aFrameThatLiesIsBroken() {
        for (String bad : List.of(
                "",
                "c0",
                "90",
                "81",
                "81a2",
                "81a2746f",
                "81a2746fa5",
                "81a2746fdbffffffff61",
                "81a2746fc6ffffffff",
                "82a2746fa163a178ddffffffff",
                "82a2746fa163a178dfffffffff",
                "de0001",
                "deffff",
                "dfffffffff",
                "8101a163",
                "81a178a163",
                "82a2746fa163a2746fa163",
                "81a2746fc1",
                "81a2746f01",
                "81a2746f93")) {
            byte[] frame = HexFormat.of().parseHex(bad);
            assertThrows(
                    BrokenFrameException.class,
                    () -> Envelope.scan(MemorySegment.ofArray(frame)).to(),
                    bad);
        }
    }

    @Test
    void nestingIsBounded() {
        Envelope.scan(MemorySegment.ofArray(nested(Envelope.MAX_DEPTH - 1)));
        BrokenFrameException broken = assertThrows(
                BrokenFrameException.class, () -> Envelope.scan(MemorySegment.ofArray(nested(Envelope.MAX_DEPTH))));
        assertEquals("maps and arrays are nested deeper than 64", broken.reason());
    }

    @Test
    void everyPrefixOfAFrameIsBrokenOrWhole() {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("to", "w/c");
        main.put("data", Map.of("a", List.of("b", 1.5, 70_000, new byte[3])));
        byte[] whole = new MessagePackWriter(1 << 16, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .toFrame();
        for (int length = 0; length < whole.length; length++) {
            MemorySegment prefix = MemorySegment.ofArray(Arrays.copyOf(whole, length));
            assertThrows(BrokenFrameException.class, () -> Envelope.scan(prefix));
        }
    }

    /** {@code to} and, in {@code x}, arrays inside each other. */
    private static byte[] nested(int arrays) {
        return HexFormat.of().parseHex("82a2746fa163a178" + "91".repeat(arrays) + "c0");
    }

    private static Lane lane(String method) {
        return Envelope.scan(segment(Map.of("to", "c", "method", method))).lane();
    }

    private static MemorySegment segment(Map<String, ? extends @Nullable Object> main) {
        return MemorySegment.ofArray(new MessagePackWriter(1 << 16, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .encoded(MemorySegment.ofArray(EXTRA))
                .toFrame());
    }
}
