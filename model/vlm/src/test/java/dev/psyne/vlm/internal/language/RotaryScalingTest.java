package dev.psyne.vlm.internal.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stretched rotary positions against the formulas of transformers, which {@code rotary.py} has written down. */
class RotaryScalingTest {
    private static RotaryFields fields(String json) {
        return RotaryFields.parse(JsonFields.parse(Path.of("config.json"), json.getBytes(StandardCharsets.UTF_8)));
    }

    static List<String> goldens() throws IOException {
        try (InputStream in = Objects.requireNonNull(RotaryScalingTest.class.getResourceAsStream("rotary.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void frequenciesAreThoseOfTheReference(String golden) {
        List<String> parts = Arrays.asList(golden.split("\t", -1));
        String rope = parts.get(0);
        int headWidth = Integer.parseInt(parts.get(1));
        double magnitude = Double.parseDouble(parts.get(3));
        double[] wanted = Arrays.stream(parts.get(4).split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        String positions = "\"max_position_embeddings\": " + parts.get(2);
        String fifth = "{%s, \"rope_parameters\": %s}".formatted(positions, rope);
        String fourth = "{%s, \"rope_theta\": %s, \"rope_scaling\": %s}"
                .formatted(
                        positions,
                        rope.replaceAll(".*\"rope_theta\": ([0-9.]+).*", "$1"),
                        rope.replace("\"rope_type\"", "\"type\""));
        for (String json : List.of(fifth, fourth)) {
            RotaryFields found = fields(json);
            assertEquals(magnitude, found.scaling().magnitude(), 1e-12, json);
            double[] frequencies = found.scaling().frequencies(headWidth, found.base());
            assertEquals(wanted.length, frequencies.length);
            for (int i = 0; i < wanted.length; i++) {
                assertEquals(wanted[i], frequencies[i], 1e-12 * wanted[i], json + " at " + i);
            }
        }
    }

    @Test
    void sequencesAreAsLongAsYarnStretchesThem() {
        String yarn = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, "
                + "\"original_max_position_embeddings\": 32768}";
        assertEquals(
                131072,
                fields("{\"max_position_embeddings\": 32768, " + yarn + "}").positions());
        assertEquals(
                200000,
                fields("{\"max_position_embeddings\": 200000, " + yarn + "}").positions());
        assertEquals(4096, fields("{\"max_position_embeddings\": 4096}").positions());
    }

    @Test
    void withoutStretchingFrequenciesAreThoseOfTheBase() {
        RotaryFields plain = fields("{\"max_position_embeddings\": 8}");
        assertEquals(10000, plain.base());
        assertArrayEquals(new double[] {1, 0.01}, plain.scaling().frequencies(4, plain.base()), 1e-15);
        double[] divided = new RotaryScaling.Divided(new double[] {2, 4}).frequencies(4, 10000);
        assertArrayEquals(new double[] {0.5, 0.0025}, divided, 1e-15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"longrope\", \"factor\": 2.0};rope_scaling.type: found longrope, expected one of default, linear",
                "{\"type\": \"linear\"};rope_scaling.factor: found nothing",
                "{\"type\": \"linear\", \"factor\": 0.5};rope_scaling.factor: found 0.5",
                "{\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 4.0, \"high_freq_factor\": 4.0,"
                        + " \"original_max_position_embeddings\": 8192};rope_scaling.high_freq_factor: found 4.0"
            })
    void whatIsNotKnownIsRefusedByName(String test) {
        int end = test.lastIndexOf(';');
        String json = "{\"max_position_embeddings\": 64, \"rope_scaling\": " + test.substring(0, end) + "}";
        ModelException refused = assertThrows(ModelException.class, () -> fields(json));
        assertTrue(String.valueOf(refused.getMessage()).contains(test.substring(end + 1)), refused.getMessage());
    }

    @Test
    void theFifthVersionNamesTheBaseBesideTheType() {
        String json = "{\"max_position_embeddings\": 64, \"rope_parameters\": {\"rope_type\": \"default\"}}";
        ModelException refused = assertThrows(ModelException.class, () -> fields(json));
        assertTrue(String.valueOf(refused.getMessage()).contains("rope_parameters.rope_theta"), refused.getMessage());
    }
}
