package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service called by its schema, without its interface. */
@Timeout(60)
class DescribedServiceTest {
    /** A kind of thing. */
    public enum Kind {
        STAR,
        PLANET
    }

    /** A thing, perhaps with others around it. */
    public record Body(
            String name,
            Kind kind,
            double mass,
            List<Body> moons,
            @Nullable Short age) {}

    /** Every type and every kind of method. */
    public interface Sky {
        Body heavier(Body body, float times);

        Map<String, Long> counted(List<Kind> kinds, boolean twice);

        MemorySegment turned(MemorySegment bytes);

        Tensor same(@Element(ElementType.F32) Tensor values);

        Items<Body> moons(Body body);

        double weighed(Items<Body> bodies);

        void forget(@Nullable Byte which);

        int told(Callback<String, Integer> teller);
    }

    private static final class Heaven implements Sky {
        @Override
        public Body heavier(Body body, float times) {
            return new Body(body.name(), body.kind(), body.mass() * times, body.moons(), body.age());
        }

        @Override
        public Map<String, Long> counted(List<Kind> kinds, boolean twice) {
            return Map.of("count", (twice ? 2L : 1L) * kinds.size());
        }

        @Override
        public MemorySegment turned(MemorySegment bytes) {
            return bytes;
        }

        @Override
        public Tensor same(Tensor values) {
            return values;
        }

        @Override
        public Items<Body> moons(Body body) {
            return Items.of(body.moons());
        }

        @Override
        public double weighed(Items<Body> bodies) {
            double sum = 0;
            try {
                for (Body body = bodies.next(); body != null; body = bodies.next()) {
                    sum += body.mass();
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return sum;
        }

        @Override
        public void forget(@Nullable Byte which) {
            if (which != null) {
                throw new RpcException("no_such_thing", "nothing is numbered " + which);
            }
        }

        @Override
        public int told(Callback<String, Integer> teller) {
            return 0;
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
    private RpcClient client;
    private DescribedService sky;

    @BeforeEach
    void start() {
        String address = node.serve(Sky.class, new Heaven()).listen("tcp://127.0.0.1:0");
        client = RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add);
        sky = client.described("Sky");
    }

    @AfterEach
    void end() {
        client.close();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    /** Of a method that gives something. */
    private Object called(String method, List<?> positional, Map<String, ?> named) {
        return Objects.requireNonNull(sky.call(method, positional, named));
    }

    private static Map<String, Object> body(String name, double mass, Object... moons) {
        return Map.of("name", name, "kind", "PLANET", "mass", mass, "moons", List.of(moons));
    }

    @Test
    void itSaysWhatItHas() {
        assertEquals("Sky", sky.name());
        assertTrue(sky.schema().orElseThrow().contains("service Sky {"));
        List<String> methods =
                sky.methods().stream().map(DescribedMethod::toString).toList();
        assertEquals("counted(list<Kind> kinds, bool twice) -> map<i64>", methods.getFirst());
        assertTrue(methods.contains("moons(Body body) -> stream Body"), methods::toString);
        assertTrue(methods.contains("weighed(stream Body) -> f64"), methods::toString);
        assertTrue(methods.contains("forget(i8 which?)"), methods::toString);
        assertTrue(methods.contains("same(tensor<f32> values) -> tensor"), methods::toString);
    }

    @Test
    void recordsAreMapsAndEnumsNames() {
        Map<String, Object> earth = body("earth", 6, body("moon", 0.1));
        assertEquals(body("earth", 12, body("moon", 0.1)), sky.call("heavier", List.of(earth, 2), Map.of()));
        assertEquals(
                body("earth", 3, body("moon", 0.1)),
                sky.call("heavier", List.of(), Map.of("times", 0.5, "body", earth)));
        Map<?, ?> aged = (Map<?, ?>) called(
                "heavier",
                List.of(Map.of("name", "sun", "kind", "STAR", "mass", 1L, "moons", List.of(), "age", 5L)),
                Map.of("times", 1));
        assertEquals((short) 5, aged.get("age"));
        assertEquals(
                Map.of("count", 4L), sky.call("counted", List.of(List.of("STAR", "PLANET")), Map.of("twice", true)));
    }

    @Test
    void bytesAndTensorsGoThrough() {
        MemorySegment bytes = (MemorySegment) called("turned", List.of(new byte[] {1, 2, 3}), Map.of());
        assertArrayEquals(new byte[] {1, 2, 3}, bytes.toArray(ValueLayout.JAVA_BYTE));
        Tensor numbers =
                Tensor.of(MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}), ElementType.F32, Shape.of(2, 3));
        Tensor same = (Tensor) called("same", List.of(numbers), Map.of());
        assertEquals(numbers.shape(), same.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, same.segment().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }

    @Test
    void streamsFlowBothWays() throws Exception {
        List<Object> names = new ArrayList<>();
        Map<String, Object> jupiter = body("jupiter", 300, body("io", 1), body("europa", 2));
        try (Items<?> moons = (Items<?>) called("moons", List.of(jupiter), Map.of())) {
            for (Object moon = moons.next(); moon != null; moon = moons.next()) {
                names.add(((Map<?, ?>) moon).get("name"));
            }
        }
        assertEquals(List.of("io", "europa"), names);
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            many.add(body("x".repeat(100), 1));
        }
        assertEquals(3_000.0, sky.call("weighed", List.of(many), Map.of()));
    }

    @Test
    void aMethodWithoutAResultGivesNull() {
        assertNull(sky.call("forget", List.of(), Map.of()));
    }

    private void assertRefused(String code, String words, String method, List<?> positional, Map<String, ?> named) {
        RpcException refused = assertThrows(RpcException.class, () -> sky.call(method, positional, named));
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage().contains(words), refused::getMessage);
    }

    @Test
    void whatDoesNotFitSaysWhere() {
        String invalid = "invalid_argument";
        Map<String, Object> earth = body("earth", 6);
        assertRefused("not_found", "it has [counted", "nothing", List.of(), Map.of());
        assertRefused("no_such_thing", "numbered 7", "forget", List.of(7), Map.of());
        assertRefused(invalid, "Sky.heavier.times: is missing", "heavier", List.of(earth), Map.of());
        assertRefused(invalid, "takes 2 arguments, not 3", "heavier", List.of(earth, 1, 2), Map.of());
        assertRefused(invalid, "'body' comes twice", "heavier", List.of(earth), Map.of("body", earth));
        assertRefused(invalid, "has no parameter 'tims'", "heavier", List.of(earth), Map.of("tims", 1));
        assertRefused(invalid, "Sky.forget.which: is to be i8, not 300", "forget", List.of(300), Map.of());
        assertRefused(invalid, "is to be i8, not 1.5", "forget", List.of(1.5), Map.of());
        assertRefused(invalid, "is to be bool, not 'yes'", "counted", List.of(List.of(), "yes"), Map.of());
        assertRefused(
                invalid, "kinds[0]: is to be Kind, not 'MOON'", "counted", List.of(List.of("MOON"), true), Map.of());
        assertRefused(invalid, "Body: has no field 'size'", "moons", List.of(Map.of("size", 1)), Map.of());
        assertRefused(invalid, "Body.name: is missing", "moons", List.of(Map.of("mass", 1)), Map.of());
        assertRefused(invalid, "is to be tensor<f32>, not a list", "same", List.of(List.of(1, 2)), Map.of());
        assertRefused(invalid, "takes a stream", "weighed", List.of(), Map.of());
        assertRefused(invalid, "weighed.items[1]", "weighed", List.of(List.of(earth, 5)), Map.of());
        assertRefused(invalid, "is to be callback<string,i32>", "told", List.of("me"), Map.of());
        Object deep = body("0", 0);
        for (int i = 0; i < 40; i++) {
            deep = body("x", 0, deep);
        }
        assertRefused(invalid, "lies deeper", "moons", List.of(deep), Map.of());
        assertThrows(RpcException.class, () -> client.described("Nobody"));
    }
}
