package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RegularPluralTest {
    @Test
    void pluralsAreRegular() {
        assertEquals("berries", RegularPlural.of("berry"));
        assertEquals("toys", RegularPlural.of("toy"));
        assertEquals("boxes", RegularPlural.of("box"));
    }
}
