package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams go on for longer than a call may take, however they are called. */
@Timeout(60)
class StreamDeadlineTest {
    /** Gives an item at once, and another when it may; or waits for as long as nobody calls it off. */
    public interface Watch {
        Items<Integer> watch();

        void hold();
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
    private RpcClient client;

    @BeforeEach
    void start() {
        String address = node.serve(Watch.class, new Watch() {
                    @Override
                    public Items<Integer> watch() {
                        return Items.of(() -> List.of(1, 2).stream()
                                .peek(each -> {
                                    if (each == 2) {
                                        await(goOn);
                                    }
                                })
                                .iterator());
                    }

                    @Override
                    public void hold() {
                        await(goOn);
                    }
                })
                .listen("tcp://127.0.0.1:0");
        RpcOptions brief = RpcOptions.standard().withTimeout(Duration.ofSeconds(2));
        client = RpcClient.connect(address, scheduler, brief, failures::add);
    }

    @AfterEach
    void end() {
        client.close();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call that began later has met its deadline when the second item may come. */
    private void outlivesAnother(Items<?> items) throws InterruptedException {
        try (items) {
            assertEquals(1, ((Number) Objects.requireNonNull(items.next())).intValue());
            Watch other = client.service(Watch.class);
            assertEquals(
                    "deadline_exceeded",
                    assertThrows(RpcException.class, other::hold).code());
            goOn.countDown();
            assertEquals(2, ((Number) Objects.requireNonNull(items.next())).intValue());
        }
    }

    @Test
    void byItsInterface() throws Exception {
        outlivesAnother(client.service(Watch.class).watch());
    }

    @Test
    void byItsSchema() throws Exception {
        outlivesAnother(
                (Items<?>) Objects.requireNonNull(client.described("Watch").call("watch", List.of(), Map.of())));
    }

    @Test
    void byItsNames() throws Exception {
        outlivesAnother(
                (Items<?>) Objects.requireNonNull(client.service("Watch").call("watch")));
    }
}
