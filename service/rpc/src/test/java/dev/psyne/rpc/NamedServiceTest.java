package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java services called by names, as by a peer that knows no schemas. */
class NamedServiceTest {
    /** How somebody feels. */
    public enum Mood {
        calm,
        wild
    }

    /** A face and what it says. */
    public record Face(String name, Mood mood, @Nullable Integer age, List<Double> scores) {}

    /** Everything that a service can do. */
    public interface Studio {
        Face older(Face face, int years);

        Tensor doubled(@Element(ElementType.F32) Tensor values);

        MemorySegment reversed(MemorySegment bytes);

        void nothing(String why);

        Items<Integer> count(int upTo);

        long sum(int start, Items<Long> values);

        Items<String> echo(Items<String> words);

        List<Mood> judge(Callback<Face, Mood> judge, int times);

        Map<String, Boolean> flags(boolean first);
    }

    private static final class Room implements Studio {
        @Override
        public Face older(Face face, int years) {
            Integer age = face.age();
            return new Face(face.name(), Mood.wild, age == null ? null : age + years, face.scores());
        }

        @Override
        public Tensor doubled(Tensor values) {
            Tensor result = Tensor.allocate(Arena.ofAuto(), ElementType.F32, values.shape());
            for (long i = 0; i < values.shape().elements(); i++) {
                result.setFloat(i, 2 * values.getFloat(i));
            }
            return result;
        }

        @Override
        public MemorySegment reversed(MemorySegment bytes) {
            byte[] given = bytes.toArray(ValueLayout.JAVA_BYTE);
            byte[] reversed = new byte[given.length];
            for (int i = 0; i < given.length; i++) {
                reversed[i] = given[given.length - 1 - i];
            }
            return MemorySegment.ofArray(reversed);
        }

        @Override
        public void nothing(String why) {
            if (!why.isEmpty()) {
                throw new RpcException("not_nothing", why);
            }
        }

        @Override
        public Items<Integer> count(int upTo) {
            return Items.of(() -> IntStream.range(0, upTo).iterator());
        }

        @Override
        public long sum(int start, Items<Long> values) {
            long sum = start;
            try {
                for (Long value = values.next(); value != null; value = values.next()) {
                    sum += value;
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return sum;
        }

        @Override
        public Items<String> echo(Items<String> words) {
            return new Items<>() {
                @Override
                public @Nullable String next() throws InterruptedException {
                    String word = words.next();
                    return word == null ? null : word + "!";
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<Mood> judge(Callback<Face, Mood> judge, int times) {
            return IntStream.range(0, times)
                    .mapToObj(i -> judge.call(new Face("f" + i, Mood.calm, i, List.of())))
                    .toList();
        }

        @Override
        public Map<String, Boolean> flags(boolean first) {
            return Map.of("first", first);
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private NamedService studio(boolean throughANode) {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        String address = node.listen("tcp://127.0.0.1:0");
        if (throughANode) {
            connect(address).offer("Studio", Studio.class, new Room());
        } else {
            node.serve(Studio.class, new Room());
        }
        return connect(address).service("Studio");
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
    void valuesAndRecordsGoByTheirNames() {
        NamedService studio = studio(false);
        assertEquals("Studio", studio.name());
        assertTrue(studio.methods().contains("older"));
        Map<String, Object> face = Map.of("name", "Zoë", "mood", "calm", "age", 7, "scores", List.of(0.5, 1));
        Map<String, Object> older = Map.of("name", "Zoë", "mood", "wild", "age", 9L, "scores", List.of(0.5, 1.0));
        assertEquals(older, studio.call("older", face, 2));
        assertEquals(older, studio.callWithNames("older", Map.of("years", 2), face));
        assertEquals(older, studio.callWithNames("older", Map.of("years", (byte) 2, "face", face)));
        Map<String, Object> ageless = Map.of("name", "", "mood", Mood.calm, "scores", List.of());
        assertEquals(Map.of("name", "", "mood", "wild", "scores", List.of()), studio.call("older", ageless, 2));
        assertEquals(Map.of("first", true), studio.call("flags", true));
        assertNull(studio.call("nothing", ""));
    }

    @Test
    void tensorsAndBytesGoAsWell() {
        NamedService studio = studio(true);
        Tensor values = Tensor.allocate(Arena.ofAuto(), ElementType.F32, Shape.of(2, 300));
        values.setFloat(599, 1.5f);
        Tensor doubled = assertInstanceOf(Tensor.class, studio.call("doubled", values));
        assertEquals(Shape.of(2, 300), doubled.shape());
        assertEquals(3f, doubled.getFloat(599));
        assertEquals(0, doubled.segment().address() % Tensor.ALIGNMENT_BYTES);
        byte[] many = new byte[300_000];
        many[0] = 5;
        MemorySegment reversed = assertInstanceOf(MemorySegment.class, studio.call("reversed", (Object) many));
        assertEquals(5, reversed.get(ValueLayout.JAVA_BYTE, many.length - 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itemsStreamBothWays(boolean throughANode) throws InterruptedException {
        NamedService studio = studio(throughANode);
        try (Items<?> numbers = assertInstanceOf(Items.class, studio.call("count", 50_000))) {
            for (long i = 0; i < 50_000; i++) {
                assertEquals(i, numbers.next());
            }
            assertNull(numbers.next());
        }
        try (Items<?> none = assertInstanceOf(Items.class, studio.call("count", 0))) {
            assertNull(none.next());
        }
        List<Integer> many = IntStream.range(0, 20_000).boxed().toList();
        assertEquals(5 + 10_000L * 19_999, studio.call("sum", 5, Items.of(many)));
        assertEquals(6L, studio.callWithNames("sum", Map.of("items", Items.of(List.of(1, 2)), "start", 3)));
        try (Items<?> words = assertInstanceOf(Items.class, studio.call("echo", Items.of(List.of("a", "b"))))) {
            assertEquals("a!", words.next());
            assertEquals("b!", words.next());
            assertNull(words.next());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callbacksTakeAndGiveOneValue(boolean throughANode) {
        NamedService studio = studio(throughANode);
        Callback<Map<String, Object>, Object> judge =
                face -> (Long) Objects.requireNonNull(face.get("age")) % 2 == 0 ? Mood.calm : "wild";
        assertEquals(List.of("calm", "wild", "calm"), studio.call("judge", judge, 3));
        Callback<Object, Object> broken = face -> "angry";
        RpcException refused = assertThrows(RpcException.class, () -> studio.call("judge", broken, 1));
        assertEquals("invalid_argument", refused.code());
        Callback<Object, Object> fails = face -> {
            throw new RpcException("no_mood", "none");
        };
        assertEquals(
                "no_mood",
                assertThrows(RpcException.class, () -> studio.call("judge", fails, 1))
                        .code());
    }

    @Test
    void whatCannotBeSentIsRefusedHere() {
        NamedService studio = studio(false);
        Callback<Object, Object> inside = face -> List.of((Callback<Object, Object>) other -> other);
        assertThrows(RpcException.class, () -> studio.call("judge", inside, 1));
        List<Object> deep = List.of();
        for (int i = 0; i < 40; i++) {
            deep = List.of(deep);
        }
        Object tooDeep = deep;
        assertThrows(IllegalArgumentException.class, () -> studio.call("flags", tooDeep));
        assertThrows(IllegalArgumentException.class, () -> studio.call("flags", new Object()));
        IllegalArgumentException twice = assertThrows(
                IllegalArgumentException.class, () -> studio.call("sum", Items.of(List.of(1)), Items.of(List.of(1))));
        assertTrue(String.valueOf(twice.getMessage()).contains("streams one argument"), twice.getMessage());
        RpcException missing = assertThrows(RpcException.class, () -> studio.call("paint"));
        assertEquals("not_found", missing.code());
        assertTrue(missing.getMessage().contains("has no method 'paint'"), missing.getMessage());
    }

    @Test
    void argumentsThatAreNoneOfTheMethodsAreRefusedThere() {
        NamedService studio = studio(false);
        assertRefused("flags.first: is no Boolean", studio, "flags", 1);
        assertRefused("flags.first: is missing", studio, "flags");
        assertRefused("takes 1 arguments, not 2", studio, "flags", true, false);
        assertRefused("older.years: is no i32", studio, "older", face(), 1L << 40);
        assertRefused(
                "enum Mood has not the name", studio, "older", Map.of("name", "", "mood", "x", "scores", List.of()), 1);
        assertRefused("takes a stream", studio, "sum", 1);
        assertRefused("takes no stream", studio, "flags", Items.of(List.of(1)));
        assertRefused("takes a stream behind its parameters", studio, "sum", Items.of(List.of(1)));
        assertRefused("judge.judge: is no u32", studio, "judge", Map.of("_callback", -1), 1);
        assertRefused("judge.judge: is no Map", studio, "judge", "me", 1);
        assertRefused(
                "the tensor must be of",
                studio,
                "doubled",
                Map.of("_tensor", "f64", "shape", List.of(), "data", new byte[8]));
        RpcException twice =
                assertThrows(RpcException.class, () -> studio.callWithNames("flags", Map.of("first", true), true));
        assertTrue(twice.getMessage().contains("'first', or it was given twice"), twice.getMessage());
        RpcException unknown =
                assertThrows(RpcException.class, () -> studio.callWithNames("flags", Map.of("second", true)));
        assertTrue(unknown.getMessage().contains("no parameter 'second'"), unknown.getMessage());
        RpcException forged = assertThrows(RpcException.class, () -> studio.call("judge", Map.of("_callback", 77), 1));
        assertEquals("not_found", forged.code());
        assertEquals(
                "not_nothing",
                assertThrows(RpcException.class, () -> studio.call("nothing", "x"))
                        .code());
        assertEquals(Map.of("first", false), studio.call("flags", false));
    }

    private static Map<String, Object> face() {
        return Map.of("name", "", "mood", "calm", "scores", List.of());
    }

    private static void assertRefused(String why, NamedService studio, String method, Object... arguments) {
        RpcException refused = assertThrows(RpcException.class, () -> studio.call(method, arguments));
        assertEquals("invalid_argument", refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
