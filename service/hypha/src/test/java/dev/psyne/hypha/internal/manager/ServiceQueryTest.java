package dev.psyne.hypha.internal.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServiceQueryTest {
    @Test
    void anIdIsReadFromItsEnd() {
        assertEquals(new ServiceQuery("here", "*", "s", "*"), ServiceQuery.ofId("s", "here"));
        assertEquals(new ServiceQuery("here", "c", "s", "*"), ServiceQuery.ofId("c:s", "here"));
        assertEquals(new ServiceQuery("w", "*", "s", "*"), ServiceQuery.ofId("w/s", "here"));
        assertEquals(new ServiceQuery("w", "c", "s", "app"), ServiceQuery.ofId("w/c:s@app", "here"));
        assertEquals(new ServiceQuery("w", "*", "*", "*"), ServiceQuery.ofList("w", "here"));
        assertEquals("w/c:s@*", ServiceQuery.ofId("w/c:s@", "here").toString());
    }

    @Test
    void starsAndQuestionMarksStandForWhatIsNotKnown() {
        assertTrue(ServiceQuery.glob("*", ""));
        assertTrue(ServiceQuery.glob("a*c", "abbc"));
        assertTrue(ServiceQuery.glob("a?c*", "abcd"));
        assertTrue(ServiceQuery.glob("*b*b*", "abab"));
        assertFalse(ServiceQuery.glob("a*c", "ab"));
        assertFalse(ServiceQuery.glob("", "a"));
        assertFalse(ServiceQuery.glob("a?", "a"));
    }

    @Test
    void aPatternMadeToBeSlowIsNot() {
        String text = "a".repeat(ServiceQuery.MAX_CHARACTERS);
        assertFalse(ServiceQuery.glob("*a".repeat(ServiceQuery.MAX_CHARACTERS / 2) + "b", text));
        assertThrows(IllegalArgumentException.class, () -> ServiceQuery.ofId(text + "a", "here"));
    }
}
