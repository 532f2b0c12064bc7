package dev.psyne.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.net.ConnectionDeadline.Phase;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionDeadlineTest {
    private static final int HEADER_SECONDS = 10;
    private static final int BODY_SECONDS = 30;
    private static final int IDLE_SECONDS = 60;

    private final List<Phase> expired = new ArrayList<>();
    private final ServerCounters counters = new ServerCounters();
    private final ConnectionDeadline deadline = new ConnectionDeadline(
            HttpLimits.standard().withSeconds(HEADER_SECONDS, BODY_SECONDS, IDLE_SECONDS), counters);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void start() {
        channel.freezeTime();
        channel.pipeline().addLast(deadline, new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof ConnectionDeadline.Expired(Phase phase)) {
                    expired.add(phase);
                }
            }
        });
    }

    private void advance(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aConnectionMayBeIdleForItsTime() {
        advance(IDLE_SECONDS - 1);
        assertTrue(expired.isEmpty());
        advance(1);
        assertEquals(List.of(Phase.IDLE), expired);
    }

    @Test
    void aHeaderThatTricklesInGetsNoMoreTime() {
        for (int i = 0; i < HEADER_SECONDS; i++) {
            assertTrue(expired.isEmpty());
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
            advance(1);
        }
        assertEquals(List.of(Phase.HEADER), expired);
        assertEquals(HEADER_SECONDS, counters.bytesIn.sum());
    }

    @Test
    void aBodyHasItsOwnTime() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
        advance(HEADER_SECONDS - 1);
        deadline.enter(Phase.BODY);
        advance(BODY_SECONDS - 1);
        assertTrue(expired.isEmpty());
        advance(1);
        assertEquals(List.of(Phase.BODY), expired);
    }

    @Test
    void aHandlerMayTakeAsLongAsItLikes() {
        deadline.enter(Phase.RESPONDING);
        advance(10L * IDLE_SECONDS);
        assertTrue(expired.isEmpty());
        assertTrue(channel.isOpen());
    }

    @Test
    void nothingExpiresOnAClosedConnection() {
        var _ = channel.close();
        advance(IDLE_SECONDS);
        assertTrue(expired.isEmpty());
        assertFalse(channel.isOpen());
    }
}
