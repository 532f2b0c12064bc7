package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients of one node beside one that floods it, counted in calls. */
class RpcFairnessTest {
    private static final int FLOOD = 2_000;
    private static final int MODEST = 20;

    /** Notes who calls. */
    public interface Register {
        void note(String who);

        void hold(String who);
    }

    private final Scheduler scheduler = Scheduler.create(1);
    private final Scheduler clients = Scheduler.create(1);
    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcOptions options = RpcOptions.standard().withTimeout(Duration.ofMinutes(2));
    private final RpcNode node = RpcNode.start(scheduler, options, failures::add);
    private final List<RpcClient> open = new ArrayList<>();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final Register register = new Register() {
        @Override
        public void note(String who) {
            order.add(who);
        }

        @Override
        public void hold(String who) {
            order.add(who);
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    };

    private RpcClient connect(String address) {
        RpcClient client = RpcClient.connect(address, clients, options, failures::add);
        open.add(client);
        return client;
    }

    @AfterEach
    void end() {
        go.countDown();
        open.forEach(RpcClient::close);
        node.close();
        clients.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static List<Thread> calls(int count, Runnable call) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(Thread.ofVirtual().start(call));
        }
        return callers;
    }

    /** Keeps the node's only worker busy, without giving it away. */
    private CountDownLatch occupyWorker() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        scheduler.spawn(() -> {
            begun.countDown();
            while (free.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        begun.await();
        return free;
    }

    @Test
    void oneThatFloodsTheNodeTakesTurnsWithTheOthers() throws InterruptedException {
        String address = node.serve(Register.class, register).listen("tcp://127.0.0.1:0");
        RpcClient flooding = connect(address);
        RpcClient modest = connect(address);
        Register flood = flooding.service(Register.class);
        Register calm = modest.service(Register.class);
        CountDownLatch free = occupyWorker();
        List<Thread> callers = new ArrayList<>(calls(FLOOD, () -> flood.note("flood")));
        while (node.callsIn() < FLOOD) {
            Thread.onSpinWait();
        }
        callers.addAll(calls(MODEST, () -> calm.note("calm")));
        while (node.callsIn() < FLOOD + MODEST) {
            Thread.onSpinWait();
        }
        free.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(FLOOD + MODEST, order.size());
        int last = order.lastIndexOf("calm");
        assertTrue(last < 2 * MODEST + 2, "the last of " + MODEST + " calls came after " + last + " others");
    }

    @Test
    void oneThatFloodsAProviderLeavesRoomForTheOthers() throws InterruptedException {
        String address = node.listen("tcp://127.0.0.1:0");
        RpcClient provider = connect(address);
        provider.offer("register", Register.class, register);
        Register flood = connect(address).service("register", Register.class);
        Register calm = connect(address).service("register", Register.class);
        LinkedBlockingQueue<RpcException> refused = new LinkedBlockingQueue<>();
        List<Thread> callers = new ArrayList<>(calls(4_000, () -> {
            try {
                flood.hold("flood");
            } catch (RpcException busy) {
                refused.add(busy);
            }
        }));
        RpcException busy = refused.take();
        assertEquals("unavailable", busy.code());
        assertEquals(100, busy.retryAfterMillis());
        calm.note("calm");
        assertTrue(order.contains("calm"));
        // Half of the 4 096 calls that a connection may have under way, and those before it was asked.
        while (refused.size() < 4_000 - 4_096 / 2 - 1) {
            Thread.onSpinWait();
        }
        go.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
    }
}
