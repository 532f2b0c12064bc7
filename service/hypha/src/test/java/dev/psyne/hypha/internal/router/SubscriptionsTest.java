package dev.psyne.hypha.internal.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final Subscriptions subscriptions = new Subscriptions(2);

    @Test
    void typesComeOnceAndGo() {
        subscriptions.add(Set.of("a"));
        subscriptions.add(Set.of("a", "b"));
        assertEquals(Set.of("a", "b"), subscriptions.types());
        subscriptions.remove(Set.of("a", "never there"));
        assertEquals(Set.of("b"), subscriptions.types());
    }

    @Test
    void moreThanTheLimitAreRefusedWhole() {
        subscriptions.add(Set.of("a"));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> subscriptions.add(Set.of("b", "c")));
        assertEquals("a client listens to at most 2 types of events, not to 3", refused.getMessage());
        assertEquals(Set.of("a"), subscriptions.types());
    }

    @Test
    void whatWasReadDoesNotChange() {
        Set<String> before = subscriptions.types();
        subscriptions.add(Set.of("a"));
        assertEquals(Set.of(), before);
    }
}
