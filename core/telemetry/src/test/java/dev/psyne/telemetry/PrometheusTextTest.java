package dev.psyne.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void familiesAreKeptTogetherEachWithHelpAndType() {
        try (Meters meters = Meters.create()) {
            meters.counter("psyne_jobs_total", "Jobs run.", Map.of("queue", "low"))
                    .add(3);
            meters.gauge("psyne_queued", "Jobs queued.").set(-1);
            meters.counter("psyne_jobs_total", "Jobs run.", Map.of("queue", "high", "node", "a"))
                    .add(Long.MAX_VALUE);
            assertEquals("""
                    # HELP psyne_jobs_total Jobs run.
                    # TYPE psyne_jobs_total counter
                    psyne_jobs_total{queue="low"} 3
                    psyne_jobs_total{node="a",queue="high"} 9223372036854775807
                    # HELP psyne_queued Jobs queued.
                    # TYPE psyne_queued gauge
                    psyne_queued -1
                    """, meters.prometheus());
        }
    }

    @Test
    void backslashQuoteAndLineFeedAreEscapedWhereTheFormatWantsIt() {
        try (Meters meters = Meters.create()) {
            meters.gauge("a", "back\\slash \"quote\"\nline", Map.of("label", "back\\slash \"quote\"\nline ä"));
            assertEquals("""
                    # HELP a back\\\\slash "quote"\\nline
                    # TYPE a gauge
                    a{label="back\\\\slash \\"quote\\"\\nline ä"} 0
                    """, meters.prometheus());
        }
    }

    @Test
    void noMetersAreNoText() {
        try (Meters meters = Meters.create()) {
            assertEquals("", meters.prometheus());
        }
    }
}
