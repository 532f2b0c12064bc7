package dev.psyne.telemetry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes another process would read. */
class MetersLayoutTest {
    private static byte[] bytes(MemorySegment region, long from, int count) {
        return region.asSlice(from, count).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void theHeaderCarriesMagicVersionCapacityAndHowManyArePublished() {
        try (Meters meters = Meters.create(3)) {
            meters.counter("a", "");
            meters.gauge("b", "");
            MemorySegment region = meters.region().segment();
            assertEquals(256 + 3 * 256, region.byteSize());
            assertEquals("PSYMETER", new String(bytes(region, 0, 8), StandardCharsets.US_ASCII));
            assertArrayEquals(hex("01000000 03000000 02000000"), bytes(region, 8, 12));
            assertArrayEquals(new byte[236], bytes(region, 20, 236));
        }
    }

    @Test
    void aCellCarriesValueKindAndSeries() {
        try (Meters meters = Meters.create(2)) {
            meters.counter("c_total", "", Map.of("k", "ä")).add(0x0102_0304_0506_0708L);
            meters.gauge("g", "").set(-2);
            MemorySegment region = meters.region().segment();
            byte[] counter = new byte[256];
            put(counter, 0, "0807060504030201 01000000 0f000000");
            put(counter, 64, "635f746f74616c 7b6b3d22 c3a4 227d");
            assertArrayEquals(counter, bytes(region, 256, 256));
            byte[] gauge = new byte[256];
            put(gauge, 0, "feffffffffffffff 02000000 01000000");
            put(gauge, 64, "67");
            assertArrayEquals(gauge, bytes(region, 512, 256));
        }
    }

    private static void put(byte[] target, int at, String hex) {
        byte[] source = hex(hex);
        System.arraycopy(source, 0, target, at, source.length);
    }

    @Test
    void valuesOfTwoMetersAreNotWithinOnePairOfCacheLines() {
        try (Meters meters = Meters.create(2)) {
            assertEquals(0, meters.region().segment().address() % 256);
        }
        assertEquals(0, MetersLayout.HEADER_BYTES % 128);
        assertEquals(0, MetersLayout.CELL_BYTES % 128);
    }
}
