package dev.psyne.rpc.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.PoolOptions;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.ManualTiming;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a pool tries to connect, by a clock that is moved by hand. */
class TargetPoolTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ManualTiming timing = new ManualTiming();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Dialled> dialled = new ArrayList<>();

    private record Dialled(String address, Dialer.Caller caller, long atNanos, List<Failure> ended) {
        void refuse(String why) {
            caller.failed(new Failure(Failure.UNAVAILABLE, why), new ConnectException(why));
        }
    }

    private TargetPool pool(String... addresses) {
        Dialer dialer = (address, caller) -> {
            Dialled each = new Dialled(address, caller, timing.nanos(), new ArrayList<>());
            dialled.add(each);
            return each.ended::add;
        };
        return TargetPool.start(
                List.of(addresses),
                new TargetPool.Parts(dialer, timing, new SplittableRandom(1), failures::add),
                PoolOptions.standard().withBackOff(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    private static CallAttempts call(TargetPool pool) {
        return new CallAttempts(pool, "Test.call", false, 1_000);
    }

    @Test
    void whoDoesNotAnswerIsTriedAgainLessAndLessOften() {
        pool("tcp://127.0.0.1:1");
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long before = timing.nanos();
            dialled.get(i).refuse("no");
            while (dialled.size() == i + 1) {
                timing.advance(SECOND / 1_000);
            }
            waits.add(TimeUnit.NANOSECONDS.toMillis(timing.nanos() - before));
        }
        assertTrue(waits.getFirst() >= 50 && waits.getFirst() <= 101, waits::toString);
        assertTrue(waits.getLast() >= 1_000 && waits.getLast() <= 2_001, waits::toString);
    }

    @Test
    void ifNobodyAnswersTheErrorSaysWhyOfEach() {
        TargetPool pool = pool("tcp://127.0.0.1:1", "unix:/nowhere");
        dialled.get(0).refuse("Connection refused");
        dialled.get(1).refuse("No such file");
        UncheckedIOException nobody = assertThrows(UncheckedIOException.class, pool::awaitOpen);
        assertEquals(
                "cannot connect: none of 2 addresses is connected: tcp://127.0.0.1:1: Connection refused; "
                        + "unix:/nowhere: No such file",
                nobody.getMessage());
        RpcException unavailable = assertThrows(RpcException.class, () -> pool.route(call(pool)));
        assertEquals("unavailable", unavailable.code());
        Integer retry = unavailable.retryAfterMillis();
        assertTrue(retry != null && retry >= 50 && retry <= 101, () -> retry + " ms");
    }

    @Test
    void whoAcceptsAndSaysNothingIsGivenUpAndTriedAgain() {
        TargetPool pool = pool("tcp://127.0.0.1:1");
        timing.advance(10 * SECOND);
        assertEquals(
                "nothing was said for 10000 ms",
                dialled.getFirst().ended().getFirst().message());
        RpcException silent = assertThrows(RpcException.class, pool::awaitOpen);
        assertTrue(String.valueOf(silent.getMessage()).contains("nothing was said"), silent.getMessage());
        timing.advance(SECOND);
        assertEquals(2, dialled.size());
        dialled.getFirst().refuse("what an attempt says that was given up is of no interest");
        assertEquals(2, dialled.size());
    }

    @Test
    void aClosedPoolTriesNoMoreAndTellsItsCallers() {
        TargetPool pool = pool("tcp://127.0.0.1:1");
        dialled.getFirst().refuse("no");
        pool.close(new Failure(Failure.UNAVAILABLE, "closed"));
        timing.advance(60 * SECOND);
        assertEquals(1, dialled.size());
        RpcException closed = assertThrows(RpcException.class, () -> pool.route(call(pool)));
        assertEquals("the client is closed", closed.getMessage());
    }
}
