package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelectorLoopTest {
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final SelectorLoop loop = SelectorLoop.start("psyne-test-loop", seen::add);

    @AfterEach
    void end() {
        loop.close();
    }

    private Object next() throws InterruptedException {
        Object next = seen.poll(30, TimeUnit.SECONDS);
        assertTrue(next != null, "nothing happened in 30 s");
        return next;
    }

    @Test
    void tasksRunInOrderAndThoseOfTheTurnsEndBehindThem() throws InterruptedException {
        loop.execute(() -> {
            loop.atEndOfTurn(() -> seen.add("end"));
            loop.schedule(1, () -> seen.add("timed"));
            loop.execute(() -> seen.add("second"));
            seen.add("first");
        });
        assertEquals(List.of("first", "second", "timed", "end"), List.of(next(), next(), next(), next()));
    }

    @Test
    void aChannelThatIsReadyIsServed() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        loop.execute(() -> {
            try {
                loop.register(pipe.source(), SelectionKey.OP_READ, key -> {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    assertEquals(1, pipe.source().read(one));
                    seen.add(one.get(0));
                });
            } catch (java.io.IOException e) {
                seen.add(e);
            }
        });
        pipe.sink().write(ByteBuffer.wrap(new byte[] {7}));
        assertEquals((byte) 7, next());
        pipe.sink().write(ByteBuffer.wrap(new byte[] {8}));
        assertEquals((byte) 8, next());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void aFailureIsToldAndTheLoopGoesOn() throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("as asked");
        loop.execute(() -> {
            throw failure;
        });
        loop.execute(() -> seen.add("still there"));
        assertEquals(failure, next());
        assertEquals("still there", next());
    }

    @Test
    void othersMayNotTouchWhatIsTheLoopsAndAClosedOneTakesNothing() throws InterruptedException {
        assertFalse(loop.isCurrent());
        assertThrows(IllegalStateException.class, () -> loop.schedule(1, () -> {}));
        assertThrows(IllegalStateException.class, () -> loop.atEndOfTurn(() -> {}));
        loop.execute(() -> seen.add("before"));
        loop.close();
        assertEquals("before", next());
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }
}
