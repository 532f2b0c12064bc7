package dev.psyne.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packing weights and taking them back. */
class LinearTest {
    private static final int OUTPUTS = 21;
    private static final int INPUTS = 75;
    private static final float HALF_STEP = 0.5f + 1e-3f;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void weightsComeBackToWithinTheirType(WeightType type) {
        float[][] weights = weights(new Random(1));
        LinearLayout layout = LinearLayout.of(type, OUTPUTS, INPUTS);
        Linear linear = pack(layout, (output, row) -> System.arraycopy(weights[output], 0, row, 0, INPUTS));
        float[] row = new float[INPUTS + 1];
        for (int output = 0; output < OUTPUTS; output++) {
            linear.copyRow(output, row, 1);
            for (int input = 0; input < INPUTS; input++) {
                float bound = switch (type) {
                    case F32 -> 0;
                    case F16 -> 0x1p-11f;
                    case BF16 -> 0x1p-8f;
                    case I8 -> HALF_STEP / 127;
                    case I4 -> 1 / 8f;
                };
                assertEquals(weights[output][input], row[input + 1], bound, output + ", " + input);
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> linear.copyRow(OUTPUTS, row, 1));
    }

    @Test
    void quantisedWeightsKeepTheirScales() {
        for (WeightType type : new WeightType[] {WeightType.I8, WeightType.I4}) {
            LinearLayout layout = new LinearLayout(type, WeightScales.PER_GROUP, OUTPUTS, INPUTS);
            MemorySegment memory = Arena.ofAuto().allocate(layout.bytes());
            int smallest = type == WeightType.I8 ? -128 : -8;
            Linear.packQuantized(
                    layout,
                    (output, values, scales) -> {
                        for (int i = 0; i < values.length; i++) {
                            values[i] = (byte) (smallest + (output + i) % (-2 * smallest));
                        }
                        for (int group = 0; group < scales.length; group++) {
                            scales[group] = output + group + 1;
                        }
                    },
                    memory);
            Linear linear = Linear.of(layout, memory);
            for (int output = 0; output < OUTPUTS; output++) {
                for (int input = 0; input < INPUTS; input++) {
                    float value = smallest + (output + input) % (-2 * smallest);
                    assertEquals(value * (output + input / 32 + 1), linear.weight(output, input));
                }
            }
        }
    }

    @Test
    void weightsLieWhereTheLayoutSays() {
        LinearLayout layout = LinearLayout.of(WeightType.I4, 17, 40);
        assertEquals(2, layout.panels());
        assertEquals(64, layout.paddedInputs());
        assertEquals(2 * 64 * 16 / 2, layout.weightBytes());
        assertEquals(1024 + 2 * 2 * 16 * 4, layout.bytes());
        MemorySegment memory = Arena.ofAuto().allocate(layout.bytes());
        Linear.packQuantized(layout, (output, values, scales) -> values[13] = (byte) (output == 16 ? 7 : -8), memory);
        // Panel 1, inputs 8 to 15, output 0 of it: input 13 is the high nibble of byte 1.
        assertEquals((byte) 0xf8, memory.get(ValueLayout.JAVA_BYTE, 512 + 64 + 1));
        assertEquals((byte) 0x08, memory.get(ValueLayout.JAVA_BYTE, 64 + 4 + 1));
    }

    @Test
    void packedFilesAreUsedAsTheyAre() throws IOException {
        LinearLayout layout = LinearLayout.of(WeightType.I8, OUTPUTS, INPUTS);
        float[][] weights = weights(new Random(2));
        Path file = folder.resolve("weights");
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, layout.bytes(), arena);
            Linear.pack(layout, (output, row) -> System.arraycopy(weights[output], 0, row, 0, INPUTS), mapped);
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file)) {
            Linear linear = Linear.of(layout, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            assertEquals(weights[20][74], linear.weight(20, 74), HALF_STEP / 127);
            assertEquals(INPUTS, linear.inputs());
            assertEquals(OUTPUTS, linear.outputs());
        }
    }

    @Test
    void refusesWhatCannotBePacked() {
        LinearLayout half = LinearLayout.of(WeightType.F16, 2, 3);
        assertMessage(() -> pack(half, (output, row) -> row[2] = Float.NaN), "NaN at 2 of output 0");
        assertMessage(() -> pack(half, (output, row) -> row[1] = 70000), "70000.0 at 1", "BF16");
        LinearLayout nibbles = LinearLayout.of(WeightType.I4, 2, 3);
        MemorySegment memory = Arena.ofAuto().allocate(nibbles.bytes());
        assertMessage(() -> Linear.packQuantized(nibbles, (output, values, scales) -> values[0] = 8, memory), "8 at 0");
        QuantizedRows infinite = (output, values, scales) -> scales[0] = Float.POSITIVE_INFINITY;
        assertMessage(() -> Linear.packQuantized(nibbles, infinite, memory), "Infinity");
        assertMessage(() -> Linear.packQuantized(half, infinite, memory), "I8 or I4");
        assertMessage(() -> Linear.pack(nibbles, (output, row) -> {}, memory.asSlice(1)), "bytes");
    }

    @Test
    void refusesLayoutsAndMemoryThatDoNotFit() {
        assertMessage(() -> LinearLayout.of(WeightType.F32, 0, 3), "0 outputs");
        assertMessage(() -> LinearLayout.of(WeightType.F32, 1, Integer.MAX_VALUE), "2147483647 inputs");
        assertMessage(() -> new LinearLayout(WeightType.I4, WeightScales.PER_OUTPUT, 1, 1), "I4", "PER_GROUP");
        assertMessage(() -> new LinearLayout(WeightType.F32, WeightScales.PER_GROUP, 1, 1), "F32", "NONE");
        assertTrue(LinearLayout.of(WeightType.F32, LinearLayout.MAX_SIZE, LinearLayout.MAX_SIZE)
                        .bytes()
                > 0);
        LinearLayout layout = LinearLayout.of(WeightType.F32, 2, 3);
        MemorySegment heap = MemorySegment.ofArray(new byte[(int) layout.bytes()]);
        assertMessage(() -> Linear.of(layout, heap), "native", "heap");
        MemorySegment memory = Arena.ofAuto().allocate(layout.bytes());
        assertMessage(() -> Linear.of(layout, memory.asSlice(1)), layout.bytes() + " bytes");
        assertMessage(() -> Linear.of(layout, memory, new float[3]), "3 biases for 2 outputs");
        Linear linear = Linear.of(layout, memory);
        assertMessage(() -> linear.withActivations(Activations.QUANTIZED), "F32", "FLOAT");
    }

    private static void assertMessage(Runnable body, String... parts) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, body::run).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static Linear pack(LinearLayout layout, FloatRows rows) {
        MemorySegment memory = Arena.ofAuto().allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        Linear.pack(layout, rows, memory);
        return Linear.of(layout, memory);
    }

    private static float[][] weights(Random random) {
        float[][] weights = new float[OUTPUTS][INPUTS];
        for (float[] row : weights) {
            for (int i = 0; i < INPUTS; i++) {
                row[i] = random.nextFloat(-1, 1);
            }
        }
        return weights;
    }
}
