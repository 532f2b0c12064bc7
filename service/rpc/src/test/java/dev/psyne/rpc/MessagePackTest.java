package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePackTest {
    private static final int LIMIT = 1 << 22;

    @Test
    void readsWhatAPeerWritesAndWritesWhatAPeerReads() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        for (int round = 0; round < 1_000; round++) {
            Map<String, @Nullable Object> value = PeerCodec.map("value", any(random, 0));
            byte[] peers = PeerCodec.encode(value);
            Object read = MessagePackReader.readMap(MemorySegment.ofArray(peers));
            assertArrayEquals(peers, PeerCodec.encode(plain(read)), () -> "round trip of " + value);
            byte[] ours = new MessagePackWriter(LIMIT)
                    .mapHeader(1)
                    .field("value", value.get("value"))
                    .toFrame();
            assertArrayEquals(peers, ours, () -> "encoding of " + value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                127,
                128,
                255,
                256,
                65_535,
                65_536,
                0xffff_ffffL,
                0x1_0000_0000L,
                Long.MAX_VALUE,
                -1,
                -32,
                -33,
                -128,
                -129,
                -32_768,
                -32_769,
                Integer.MIN_VALUE,
                Integer.MIN_VALUE - 1L,
                Long.MIN_VALUE
            })
    void integersTakeTheShortestForm(long value) {
        byte[] peers = PeerCodec.encode(PeerCodec.map("value", value));
        assertArrayEquals(
                peers,
                new MessagePackWriter(LIMIT).mapHeader(1).field("value", value).toFrame());
        assertEquals(
                value, MessagePackReader.readMap(MemorySegment.ofArray(peers)).get("value"));
    }

    @Test
    void floatsOfBothWidthsAreNumbers() {
        assertEquals(Map.of("x", 0.5), read(PeerCodec.encode(PeerCodec.map("x", 0.5f))));
        assertEquals(Map.of("x", 0.1), read(PeerCodec.encode(PeerCodec.map("x", 0.1))));
    }

    @Test
    void nilInAMapSaysThatTheKeyIsAbsent() {
        assertEquals(Map.of("b", 1L), read(PeerCodec.encode(PeerCodec.map("a", null, "b", 1))));
    }

    @ParameterizedTest
    @CsvSource({
        "'', the message is cut off",
        "c0, a message is a map",
        "93010203, a message is a map",
        "81, the message is cut off",
        "81a161, the message is cut off",
        "81a16101ff, bytes follow the message",
        "82a16101a16102, a key comes twice in one map",
        "82a161c0a16102, a key comes twice in one map",
        "810101, a key is not a string",
        "81c0c0, a key is not a string",
        "81a161c1, extension types are not allowed",
        "81a161d40000, extension types are not allowed",
        "81a161c70100ff, extension types are not allowed",
        "81a16191c0, nil is not allowed in an array",
        "81a161a1ff, a string is not UTF-8",
        "81a1ff01, a string is not UTF-8",
        "81a161cfffffffffffffffff, an integer does not fit 64 signed bits",
        "81a161ddffffffff, a message has more than 4096 elements",
        "81a161dfffffffff, a message has more than 4096 elements",
        "dfffffffff, a message has more than 4096 elements",
        "81a161dbffffffff, the message is cut off",
        "81a161c6ffffffff00, the message is cut off",
        "81da0101, a key is longer than 256 bytes"
    })
    void refusesWhatIsNotAMessage(String frame, String reason) {
        BrokenFrameException broken = assertThrows(
                BrokenFrameException.class, () -> read(HexFormat.of().parseHex(frame)));
        assertEquals(reason, broken.reason());
    }

    @Test
    void nestingIsBounded() {
        assertEquals(1, read(PeerCodec.encode(PeerCodec.map("a", nested(15)))).size());
        byte[] deeper = PeerCodec.encode(PeerCodec.map("a", nested(16)));
        assertEquals(
                "maps and arrays are nested deeper than 16",
                assertThrows(BrokenFrameException.class, () -> read(deeper)).reason());
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        assertThrows(
                IllegalArgumentException.class,
                () -> new MessagePackWriter(LIMIT).mapHeader(1).field("a", cycle));
    }

    @Test
    void elementsAreCountedOverTheWholeFrame() {
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            many.add(List.of(
                    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                    28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
                    53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63));
        }
        assertThrows(BrokenFrameException.class, () -> read(PeerCodec.encode(PeerCodec.map("a", many))));
    }

    @Test
    void writerRefusesWhatCannotBeSent() {
        assertEquals(
                "a message is longer than the limit of 100 bytes",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new MessagePackWriter(100).mapHeader(1).field("a", new byte[101]))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new MessagePackWriter(100).mapHeader(1).field("a", "x".repeat(99)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MessagePackWriter(LIMIT).mapHeader(1).field("a", new Object()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MessagePackWriter(LIMIT).mapHeader(1).field("a", Map.of(1, 2)));
    }

    private static Map<String, Object> read(byte[] frame) {
        return MessagePackReader.readMap(MemorySegment.ofArray(frame));
    }

    private static List<Object> nested(int depth) {
        return depth == 1 ? List.of() : List.of(nested(depth - 1));
    }

    private static Object any(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 5)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextDouble();
            case 2 -> random.nextBoolean();
            case 3 -> "é✓x".repeat(random.nextInt(random.nextInt(50) == 0 ? 30_000 : 40));
            case 4 -> new byte[random.nextInt(random.nextInt(50) == 0 ? 70_000 : 300)];
            case 5, 6 -> {
                List<Object> list = new ArrayList<>();
                for (int count = random.nextInt(random.nextInt(20) == 0 ? 40 : 5); count > 0; count--) {
                    list.add(any(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, @Nullable Object> map = PeerCodec.map();
                for (int count = random.nextInt(random.nextInt(20) == 0 ? 40 : 5); count > 0; count--) {
                    map.put("key" + count, any(random, depth + 1));
                }
                yield map;
            }
        };
    }

    /** The value with segments as arrays, which the peer's codec takes. */
    private static Object plain(Object value) {
        return switch (value) {
            case MemorySegment bytes -> bytes.toArray(ValueLayout.JAVA_BYTE);
            case List<?> list ->
                list.stream().map(element -> plain((Object) element)).toList();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = PeerCodec.map();
                map.forEach((key, element) -> copy.put((String) key, plain((Object) element)));
                yield copy;
            }
            default -> value;
        };
    }
}
