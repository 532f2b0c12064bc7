package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"mem", "ipc"})
class PairTest {
    private final String uri;
    private final Ends ends;

    PairTest(String scheme) {
        this.uri = scheme + ":pair";
        this.ends = new Ends(scheme);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private static void say(Pair side, int value) throws InterruptedException {
        side.sender().offer(MemorySegment.ofArray(new int[] {value}));
    }

    private static void hears(Pair side, int value) throws InterruptedException {
        assertTrue(side.receiver().receive(message -> assertEquals(value, message.get(ValueLayout.JAVA_INT, 0))));
    }

    @Test
    void bothSidesSayAndHearWhoeverComesFirst() throws InterruptedException {
        try (Pair dialer = Pair.dial(ends.sending(), uri)) {
            say(dialer, 1);
            try (Pair listener = Pair.listen(ends.receiving(), uri)) {
                hears(listener, 1);
                say(listener, 2);
                hears(dialer, 2);
                assertEquals(0, dialer.receiver().poll(_ -> {}, 1));
            }
            assertFalse(dialer.receiver().receive(_ -> {}));
            assertThrows(ChannelClosedException.class, () -> {
                // Between processes one message may be gone before its sender notices.
                say(dialer, 4);
                say(dialer, 5);
            });
        }
    }

    @Test
    void aRoleIsTakenOnceAndFreeAgainWhenItsHolderLeaves() throws InterruptedException {
        Pair listener = Pair.listen(ends.receiving(), uri);
        assertThrows(ParticipantLimitException.class, () -> Pair.listen(ends.sending(), uri));
        Pair first = Pair.dial(ends.sending(), uri);
        assertThrows(ParticipantLimitException.class, () -> Pair.dial(ends.receiving(), uri));
        first.close();
        try (Pair second = Pair.dial(ends.sending(), uri)) {
            say(listener, 3);
            hears(second, 3);
        }
    }

    @Test
    void aHalfThatCannotBeOpenedLeavesNothingBehind() {
        ends.sending().sender(uri + ".b", ChannelOptions.standard());
        assertThrows(ParticipantLimitException.class, () -> Pair.listen(ends.receiving(), uri));
        ends.receiving().receiver(uri + ".a", ChannelOptions.standard()).close();
    }

    @Test
    void otherTopologiesAreNoPair() {
        ChannelOptions many = ChannelOptions.of(Topology.MANY_TO_ONE);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Pair.listen(ends.sending(), uri, many));
        assertTrue(refused.toString().contains("MANY_TO_ONE; a pair runs over [ONE_TO_ONE]"), refused.toString());
    }
}
