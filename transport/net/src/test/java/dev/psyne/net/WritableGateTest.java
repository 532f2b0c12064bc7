package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritableGateTest {
    private final WritableGate gate = new WritableGate();

    /** A channel that says so, one answer after another, when it is asked whether it is writable. */
    private static Channel channel(boolean active, Boolean... writable) {
        Deque<Boolean> answers = new ArrayDeque<>(List.of(writable));
        return (Channel) Proxy.newProxyInstance(
                Channel.class.getClassLoader(),
                new Class<?>[] {Channel.class},
                (_, method, _) -> switch (method.getName()) {
                    case "isActive" -> active;
                    case "isWritable" -> answers.removeFirst();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void whoSawAWritableChannelMayWriteThoughItIsFullAgain() {
        assertTrue(gate.await(channel(true, false, true, false)));
    }

    @Test
    void aClosedChannelTakesNothing() {
        assertFalse(gate.await(channel(false, false)));
    }

    @Test
    void whoIsInterruptedMayNotWrite() {
        Thread.currentThread().interrupt();
        assertFalse(gate.await(channel(true, false)));
        assertTrue(Thread.interrupted());
    }
}
