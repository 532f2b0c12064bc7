package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.hypha.HyphaLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HyphaOptionsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("JWT_SECRET", "0123456789abcdef");

    @Test
    void limitsAreTheStandardOnesUntilAnOperatorNamesOthers() {
        assertEquals(
                HyphaLimits.standard(), HyphaOptions.of(ENVIRONMENT, Map.of()).limits());
        assertEquals(
                HyphaLimits.builder().clients(7).allOutboxBytes(1L << 40).build(),
                HyphaOptions.of(ENVIRONMENT, Map.of("clients", 7L, "allOutboxBytes", 1L << 40))
                        .limits());
        assertEquals(HyphaLimits.standard(), HyphaOptions.passing().limits());
    }

    @Test
    void aLimitThatAllowsNothingIsRefusedByItsName() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> HyphaOptions.of(ENVIRONMENT, Map.of("clients", 0L)));
        assertEquals("clients must be at least 1: 0", refused.getMessage());
    }
}
