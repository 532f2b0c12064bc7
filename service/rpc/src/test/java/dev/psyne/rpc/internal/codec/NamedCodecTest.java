package dev.psyne.rpc.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.msgpack.core.MessagePack;

class NamedCodecTest {
    private static final int LIMIT = 1 << 16;
    private static final MessagePackLimits LIMITS = MessagePackLimits.lenient(64, 4096, 64);

    static Stream<String> names() {
        return Golden.values().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsWrittenIsRead(String name) {
        Record value = Golden.value(name);
        byte[] frame = codec(value).encode(value, LIMIT, LIMITS);
        assertTrue(Same.are(value, codec(value).decode(MemorySegment.ofArray(frame), LIMITS)));
        for (int bytes = 0; bytes < frame.length; bytes++) {
            MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(frame, bytes));
            assertThrows(BrokenFrameException.class, () -> codec(value).decode(cut, LIMITS));
        }
    }

    @Test
    void anotherLibraryReadsTheNames() throws IOException {
        Record moods = Golden.value("moods");
        byte[] frame = codec(moods).encode(moods, LIMIT, LIMITS);
        assertEquals(
                "{\"first\":\"wild\",\"all\":[\"gone\",\"calm\"]}",
                MessagePack.newDefaultUnpacker(frame).unpackValue().toJson());
    }

    @Test
    void unknownNamesArePassedOverAndNilIsAbsent() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("all", java.util.List.of());
        map.put("later", Map.of("a", 1L));
        map.put("second", null);
        map.put("first", "gone");
        Record wanted = new Golden.Moods(Golden.Mood.gone, null, java.util.List.of());
        assertEquals(wanted, codec(wanted).value(map));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scalars | tiny    | 128   | Scalars.tiny: is no i8",
                "scalars | small   | 1.5   | Scalars.small: is no i16",
                "scalars | flag    | 1     | Scalars.flag: is no Boolean",
                "scalars | twice   | text  | Scalars.twice: is no number",
                "scalars | twice   |       | Scalars.twice: is missing",
                "texts   | plain   | 5     | Texts.plain: is no String",
                "texts   | bytes   | text  | Texts.bytes: is no MemorySegment",
                "moods   | first   | angry | Moods.first: enum Mood has not the name it was given",
                "moods   | all     | 3     | Moods.all: is no List",
                "tree    | point   | 3     | Tree.point: is no Map",
                "shared  | here    | 3     | Shared.here: is no Map",
                "callbacks | judge | 4     | Callbacks.judge: is no Map"
            })
    void aWrongValueIsNamed(String name, String field, @Nullable String text, String wanted) {
        Record value = Golden.value(name);
        byte[] frame = codec(value).encode(value, LIMIT, LIMITS);
        Map<String, @Nullable Object> map = new MessagePackReader(MemorySegment.ofArray(frame), LIMITS).readMap();
        map.put(field, number(text));
        byte[] damaged = new MessagePackWriter(LIMIT, 64).value(map).toFrame();
        BrokenMessageException refused = assertThrows(
                BrokenMessageException.class, () -> codec(value).decode(MemorySegment.ofArray(damaged), LIMITS));
        assertEquals(wanted, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"_tensor, u9", "_tensor, f64", "shape, 3", "data, text"})
    void aTensorThatLiesIsRefused(String key, String text) {
        Record value = Golden.value("shared");
        Map<String, @Nullable Object> map = new LinkedHashMap<>(codec(value).map(value));
        Map<String, Object> tensor = new LinkedHashMap<>((Map<String, Object>) map.get("here"));
        tensor.put(key, String.valueOf(number(text)).equals("3") ? java.util.List.of(3L) : text);
        map.put("here", tensor);
        assertThrows(BrokenMessageException.class, () -> codec(value).value(map));
    }

    @ParameterizedTest
    @CsvSource({
        "4, callback 4 is unknown: callbacks come in a call's parameters",
        "4294967296, is no u32",
        "-1, is no u32"
    })
    void aCallbackThatIsNoneIsRefused(long number, String wanted) {
        Map<String, @Nullable Object> map = Map.of("judge", Map.of("_callback", number), "behind", "x");
        BrokenMessageException refused = assertThrows(
                BrokenMessageException.class,
                () -> codec(Golden.value("callbacks")).value(map));
        assertEquals("Callbacks.judge: " + wanted, refused.getMessage());
    }

    private static @Nullable Object number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return text.matches("[0-9]+")
                ? (Object) Long.valueOf(text)
                : text.matches("[0-9.]+") ? (Object) Double.valueOf(text) : text;
    }

    @SuppressWarnings("unchecked")
    private static NamedCodec<Record> codec(Record value) {
        RecordCodec<? extends Record> codec = new ReferenceCodecs(RecordSchemas.of(value.getClass()))
                .of(value.getClass().getSimpleName(), value.getClass());
        return NamedCodec.of((RecordCodec<Record>) codec, Golden.REFERENCES);
    }
}
