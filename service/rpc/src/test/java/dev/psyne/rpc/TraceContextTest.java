package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /** Tells which trace it is called in. */
    public interface Traced {
        String here();

        String onward(String service);

        Items<String> stream();

        String back(Callback<Long, String> callback);
    }

    private final class Telling implements Traced {
        private final RpcClient client;

        private Telling(RpcClient client) {
            this.client = client;
        }

        @Override
        public String here() {
            return told();
        }

        @Override
        public String onward(String service) {
            return client.service(service, Traced.class).here();
        }

        @Override
        public Items<String> stream() {
            AtomicInteger given = new AtomicInteger();
            return new Items<>() {
                @Override
                public String next() {
                    return given.getAndIncrement() + told();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public String back(Callback<Long, String> callback) {
            return callback.call(1L);
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private static String told() {
        TraceContext current = TraceContext.current();
        return current == null ? "none" : current.traceparent();
    }

    private RpcClient connect(String address) {
        RpcClient client = RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add);
        open.addFirst(client);
        return client;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
    }

    @Test
    void theTextIsThatOfTheHeader() {
        TraceContext parsed = TraceContext.parse(PARENT);
        assertEquals(PARENT, parsed.traceparent());
        assertEquals(0x4bf92f3577b34da6L, parsed.traceIdHigh());
        assertEquals(0xa3ce929d0e0e4736L, parsed.traceIdLow());
        assertEquals(0x00f067aa0ba902b7L, parsed.spanId());
        assertTrue(parsed.isSampled());
        assertEquals(parsed, TraceContext.parse("cc" + PARENT.substring(2) + "-what-the-future-holds"));
        assertEquals(0xFF, TraceContext.parse(PARENT.substring(0, 53) + "ff").flags());
        TraceContext child = parsed.child();
        assertEquals(parsed.traceIdLow(), child.traceIdLow());
        assertNotEquals(parsed.spanId(), child.spanId());
        TraceContext begun = TraceContext.begin();
        assertEquals(begun, TraceContext.parse(begun.traceparent()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"
            })
    void anotherTextIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> TraceContext.parse(text));
    }

    @Test
    void callsCarryItAndMethodsSeeIt() throws Exception {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        String address = node.listen("tcp://127.0.0.1:0");
        node.serve("near", Traced.class, new Telling(connect(address)));
        connect(address).offer("far", Traced.class, new Telling(connect(address)));
        RpcClient client = connect(address);
        for (String name : List.of("near", "far")) {
            Traced traced = client.service(name, Traced.class);
            assertEquals("none", traced.here());
            ScopedValue.where(TraceContext.CURRENT, TraceContext.parse(PARENT)).call(() -> {
                assertEquals(PARENT, traced.here());
                assertEquals(PARENT, traced.onward("near"));
                assertEquals(PARENT, traced.onward("far"));
                assertEquals(PARENT, traced.back(number -> told()));
                assertEquals(PARENT, client.service(name).call("here"));
                try (Items<String> items = traced.stream()) {
                    assertEquals("0" + PARENT, items.next());
                    assertEquals("1" + PARENT, items.next());
                }
                return true;
            });
            assertEquals("none", traced.onward("far"));
            assertNull(TraceContext.current());
        }
    }
}
