package dev.psyne.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against the values of the reference implementation in C, for every length up to beyond a block. */
class XxHash3Test {
    private static final long SANITY_SEED = 0x9E3779B185EBCA8DL;
    private static final long SANITY_START = 2654435761L;
    private static final int MOST_BYTES = 4200;

    private record Golden(int bytes, long unseeded, long seeded) {}

    @Test
    void everyLengthHasTheReferencesValue() throws IOException {
        MemorySegment input = MemorySegment.ofArray(sanityBuffer());
        check(input);
    }

    @Test
    void nativeMemoryAtAnyAddressHasTheSameValue() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            for (int shift : new int[] {0, 1, 7}) {
                MemorySegment input =
                        arena.allocate(MOST_BYTES + shift, 64).asSlice(shift).copyFrom(bytes());
                check(input);
            }
        }
    }

    @Test
    void seedsBelongToTheHashAndNotToTheInput() {
        MemorySegment input = bytes();
        XxHash3 one = new XxHash3(1);
        assertEquals(one.hash(input), new XxHash3(1).hash(input));
        assertNotEquals(one.hash(input), new XxHash3(2).hash(input));
        assertEquals(new XxHash3().hash(input), new XxHash3(0).hash(input));
    }

    private static void check(MemorySegment input) throws IOException {
        XxHash3 unseeded = new XxHash3();
        XxHash3 seeded = new XxHash3(SANITY_SEED);
        for (Golden golden : golden()) {
            MemorySegment part = input.asSlice(0, golden.bytes);
            assertEquals(golden.unseeded, unseeded.hash(part), () -> golden.bytes + " bytes");
            assertEquals(golden.seeded, seeded.hash(part), () -> golden.bytes + " bytes, seeded");
        }
    }

    private static MemorySegment bytes() {
        return MemorySegment.ofArray(sanityBuffer());
    }

    /** The input of xxHash's own sanity check. */
    private static byte[] sanityBuffer() {
        byte[] buffer = new byte[MOST_BYTES];
        long generator = SANITY_START;
        for (int i = 0; i < buffer.length; i++) {
            buffer[i] = (byte) (generator >>> 56);
            generator *= SANITY_SEED;
        }
        return buffer;
    }

    private static List<Golden> golden() throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(XxHash3Test.class.getResourceAsStream("xxh3-64.txt")),
                StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .map(words -> new Golden(
                            Integer.parseInt(words[0]),
                            Long.parseUnsignedLong(words[1], 16),
                            Long.parseUnsignedLong(words[2], 16)))
                    .toList();
        }
    }
}
