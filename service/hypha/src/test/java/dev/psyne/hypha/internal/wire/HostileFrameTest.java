package dev.psyne.hypha.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileFrameTest {
    @ParameterizedTest
    @CsvSource({
        "'', the message is cut off",
        "c0, a message is a map",
        "82a474797065, the message is cut off",
        "81a474797065a66d6574686f, the message is cut off",
        "82a474797065a161a474797065a161, a key comes twice in one map",
        "dfffffffff, a message has more than 1024 elements",
        "81a161ddffffffff, a message has more than 1024 elements",
        "81a161dbffffffff61, the message is cut off",
        "81a161c6ffffffff61, the message is cut off",
        "81a161c7ffff, extension types are not allowed",
        "81db7fffffff, a key is longer than 1024 bytes"
    })
    void aBrokenMainMapIsRefused(String hex, String reason) {
        BrokenFrameException broken = assertThrows(
                BrokenFrameException.class, () -> Frame.read(HexFormat.of().parseHex(hex)));
        assertEquals(reason, broken.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "c0, a message is a map",
        "8080, bytes follow the second object of a frame",
        "81a461726773c3, the arguments of a call are no list",
        "81ab776974685f6b7761726773c3, a call with keywords has no map as its last argument",
        "81a461726773ddffffffff, a message has more than 1048576 elements",
        "81a45f656e6380, 'the call is encrypted, and this client has no key'"
    })
    void aBrokenSecondObjectIsRefused(String hex, String reason) {
        MemorySegment bytes = MemorySegment.ofArray(HexFormat.of().parseHex(hex));
        assertEquals(
                reason,
                assertThrows(BrokenFrameException.class, () -> Extra.read(bytes))
                        .reason());
    }

    @Test
    void theSecondObjectIsNotLookedAt() {
        Frame frame = Frame.read(HexFormat.of().parseHex("81a474797065a161" + "c1ff"));
        assertEquals(2, frame.extra().byteSize());
        assertEquals("81a474797065a161c1ff", HexFormat.of().formatHex(frame.toBytes()));
    }

    @Test
    void sixtyFourNestingsAreReadAndSixtyFiveAreNot() {
        assertEquals(1, Frame.read(nested(64)).main().size());
        BrokenFrameException broken = assertThrows(BrokenFrameException.class, () -> Frame.read(nested(65)));
        assertEquals("maps and arrays are nested deeper than 64", broken.reason());
        Object deep = List.of();
        for (int i = 0; i < 64; i++) {
            deep = List.of(deep);
        }
        Map<String, Object> tooDeep = Map.of("x", deep);
        assertThrows(IllegalArgumentException.class, () -> new MessagePackWriter(1_000, 64).value(tooDeep));
    }

    @Test
    void aFrameOverTheLimitIsNotWritten() {
        Frame frame = new Frame(Map.of("type", "x"), MemorySegment.ofArray(new byte[1_000]));
        assertThrows(IllegalArgumentException.class, () -> frame.toBytes(1_000));
    }

    private static byte[] nested(int depth) {
        byte[] bytes = new byte[3 + depth];
        bytes[0] = (byte) 0x81;
        bytes[1] = (byte) 0xa1;
        bytes[2] = 'x';
        for (int i = 3; i < bytes.length - 1; i++) {
            bytes[i] = (byte) 0x91;
        }
        bytes[bytes.length - 1] = (byte) 0xc0;
        return bytes;
    }
}
