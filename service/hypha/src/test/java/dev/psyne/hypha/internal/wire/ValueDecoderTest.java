package dev.psyne.hypha.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.hypha.NumpyArray;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueDecoderTest {
    private static final MemorySegment FOUR = MemorySegment.ofArray(new byte[4]);

    private final ValueDecoder decoder = new ValueDecoder(new RemoteObjects() {
        @Override
        public RemoteMethod method(Map<String, @Nullable Object> encoded) {
            throw new IllegalArgumentException("a method");
        }

        @Override
        public RemoteStream generator(Map<String, @Nullable Object> encoded) {
            throw new IllegalArgumentException("a generator");
        }
    });

    @Test
    void anArrayMustHaveTheBytesOfItsShape() {
        NumpyArray array = assertInstanceOf(NumpyArray.class, decoder.decode(array("float32", List.of(1L), FOUR)));
        assertEquals(1, array.elements());
        assertInstanceOf(NumpyArray.class, decoder.decode(array("uint8", List.of(2L, 2L), list(FOUR))));
        refused(array("float32", List.of(2L), FOUR));
        refused(array("float32", List.of(-1L), FOUR));
        refused(array("float32", List.of(1L << 62, 1L << 62), FOUR));
        refused(array("float64", List.of(Long.MAX_VALUE), FOUR));
        refused(array("uint8", List.of("4"), FOUR));
        refused(array("uint8", "4", FOUR));
        refused(array("uint8", List.of(4L), "four"));
        refused(array(null, List.of(4L), FOUR));
    }

    @Test
    void setsAndMapsAreBuilt() {
        assertEquals(java.util.Set.of(1L, 2L), decoder.decode(typed("set", list(1L, 2L, 1L))));
        assertEquals(Map.of("a", 1L), decoder.decode(typed("orderedmap", list(list("a", 1L)))));
        assertEquals(list("a", "b"), decoder.decode(typed("orderedmap", list("a", "b"))));
        assertEquals(FOUR, decoder.decode(typed("memoryview", FOUR)));
        refused(typed("set", 1L));
        refused(typed("error", 1L));
    }

    @Test
    void whatNoneKnowsStaysAMap() {
        Map<String, @Nullable Object> custom = typed("mine", list(typed("set", list(1L))));
        Map<?, ?> decoded = assertInstanceOf(Map.class, decoder.decode(custom));
        assertEquals("mine", decoded.get("_rtype"));
        assertEquals(List.of(java.util.Set.of(1L)), decoded.get("_rvalue"));
        Map<String, @Nullable Object> odd = new LinkedHashMap<>();
        odd.put("_rtype", 7L);
        assertEquals(odd, decoder.decode(odd));
    }

    @Test
    void whatOthersHaveIsTheirs() {
        assertEquals("a method", refused(typed("method", null)));
        assertEquals("a generator", refused(list(typed("generator", null))));
    }

    private String refused(Object encoded) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> decoder.decode(encoded))
                .getMessage());
    }

    private static Map<String, @Nullable Object> array(@Nullable String type, Object shape, Object value) {
        Map<String, @Nullable Object> map = typed("ndarray", value);
        map.put("_rshape", shape);
        map.put("_rdtype", type);
        return map;
    }

    private static Map<String, @Nullable Object> typed(String type, @Nullable Object value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("_rtype", type);
        map.put("_rvalue", value);
        return map;
    }

    private static List<Object> list(Object... elements) {
        return new ArrayList<>(List.of(elements));
    }
}
