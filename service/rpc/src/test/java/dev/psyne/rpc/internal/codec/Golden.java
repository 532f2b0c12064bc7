package dev.psyne.rpc.internal.codec;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of the files in {@code codec/}: NAME.schema, NAME.json and NAME.hex say the same. */
final class Golden {
    /** The one lease, and the one callback, that the golden messages name. */
    static final MessageReferences REFERENCES = new OneOfEach();

    private Golden() {}

    enum Mood {
        calm,
        wild,
        gone
    }

    record Scalars(boolean flag, byte tiny, short small, int middle, long large, float single, double twice) {}

    record Optionals(
            @Nullable Integer a1,
            @Nullable Boolean a2,
            long required,
            @Nullable String a3,
            @Nullable Double a4,
            @Nullable Byte a5,
            @Nullable Byte a6,
            @Nullable Byte a7,
            @Nullable Byte a8,
            @Nullable Byte a9,
            @Nullable Byte a10,
            @Nullable Byte a11,
            @Nullable Byte a12,
            @Nullable Byte a13,
            @Nullable Byte a14,
            @Nullable Byte a15,
            @Nullable Byte a16,
            @Nullable Byte a17,
            @Nullable Byte a18,
            @Nullable Byte a19,
            @Nullable Byte a20,
            @Nullable Byte a21,
            @Nullable Byte a22,
            @Nullable Byte a23,
            @Nullable Byte a24,
            @Nullable Byte a25,
            @Nullable Byte a26,
            @Nullable Byte a27,
            @Nullable Byte a28,
            @Nullable Byte a29,
            @Nullable Byte a30,
            @Nullable Byte a31,
            @Nullable Byte a32,
            @Nullable Byte a33,
            @Nullable Mood a34,
            @Nullable List<String> a35,
            @Nullable Tensor a36) {}

    record Texts(String plain, String mixed, String empty, MemorySegment bytes, String last) {}

    record Point(short x, double y) {}

    record Tree(
            String name,
            List<Tree> children,
            Point point,
            @Nullable Tree other) {}

    record Lists(
            boolean[] flags,
            byte[] tiny,
            short[] small,
            int[] middle,
            long[] large,
            float[] single,
            double[] twice,
            List<Long> boxed,
            List<String> texts,
            List<MemorySegment> bytes,
            List<Mood> moods,
            List<Point> points,
            List<int[]> nested,
            List<Map<String, Byte>> maps,
            List<Tensor> tensors) {}

    record Maps(
            Map<String, Byte> tiny,
            Map<String, Long> large,
            Map<String, String> texts,
            Map<String, Point> points,
            Map<String, double[]> arrays,
            Map<String, Map<String, Mood>> nested) {}

    record Moods(Mood first, @Nullable Mood second, List<Mood> all) {}

    record Tensors(Tensor picture, Tensor scalar, Tensor empty, List<Tensor> more, byte behind) {}

    record Shared(Tensor here, Tensor there, String behind) {}

    record Callbacks(Function<String, Double> judge, String behind) {}

    record Empty(
            String text,
            MemorySegment bytes,
            float[] array,
            List<String> list,
            Map<String, String> map,
            Nothing nothing) {}

    record Nothing() {}

    static Map<String, Record> values() {
        Map<String, Record> values = new LinkedHashMap<>();
        values.put("scalars", new Scalars(true, (byte) -128, (short) 32767, -2, Long.MIN_VALUE, 1.5f, -0.1));
        values.put("optionals", optionals());
        values.put("texts", new Texts("a cat", "Zoë, 漢字, 🐈", "", bytes(1, 2, 255), "\u0000\u007f\u0080"));
        Tree leaf = new Tree("leaf", List.of(), new Point((short) -1, 0.5), null);
        Tree other = new Tree("other", List.of(leaf), new Point((short) 3, 4), leaf);
        values.put("tree", new Tree("root", List.of(leaf, leaf), new Point((short) 1, 2), other));
        values.put("lists", lists());
        values.put("maps", maps());
        values.put("moods", new Moods(Mood.wild, null, List.of(Mood.gone, Mood.calm)));
        values.put("tensors", tensors());
        values.put("shared", new Shared(floats(1), OneOfEach.SHARED, "behind"));
        values.put("callbacks", new Callbacks(OneOfEach.JUDGE, "behind"));
        values.put("empty", new Empty("", bytes(), new float[0], List.of(), Map.of(), new Nothing()));
        return values;
    }

    static Record value(String name) {
        return Objects.requireNonNull(values().get(name), name);
    }

    static String file(String name) {
        try (InputStream file = Golden.class.getResourceAsStream("/codec/" + name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Record optionals() {
        return new Optionals(
                7,
                false,
                -1,
                "",
                null,
                (byte) 5,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                (byte) 32,
                (byte) 33,
                Mood.wild,
                List.of("x"),
                null);
    }

    private static Record lists() {
        return new Lists(
                new boolean[] {true, false, true},
                new byte[] {1, -1, 2},
                new short[] {256, -256},
                new int[] {Integer.MAX_VALUE},
                new long[] {1, -1},
                new float[] {0.5f, -2},
                new double[] {0.1},
                List.of(5L, 6L),
                List.of("a", "", "ü"),
                List.of(bytes(1), bytes(), bytes(2, 3)),
                List.of(Mood.gone, Mood.calm),
                List.of(new Point((short) 1, 2), new Point((short) 3, 4)),
                List.of(new int[] {1, 2}, new int[0], new int[] {3}),
                List.of(map("k", (byte) 1), Map.of()),
                List.of(floats(1, 2), floats()));
    }

    private static Record maps() {
        return new Maps(
                map("a", (byte) 1, "b", (byte) -1, "", (byte) 0),
                map("n", Long.MAX_VALUE),
                map("ö", "x", "p", ""),
                map("one", new Point((short) 1, 2)),
                map("some", new double[] {1, 2}, "none", new double[0]),
                map("outer", map("inner", Mood.gone)));
    }

    private static Record tensors() {
        Tensor picture = Tensor.of(bytes(0, 1, 2, 253, 254, 255), ElementType.U8, Shape.of(1, 2, 3));
        Tensor scalar = Tensor.of(bytes(0, 0, 0, 0, 0, 0, 0xf0, 0x3f), ElementType.F64, Shape.of());
        Tensor empty = Tensor.of(bytes(), ElementType.I64, Shape.of(0, 4));
        Tensor truths = Tensor.of(bytes(1, 0), ElementType.BOOL, Shape.of(2));
        return new Tensors(picture, scalar, empty, List.of(floats(1, -1), truths), (byte) 9);
    }

    static Tensor floats(float... values) {
        Tensor tensor =
                Tensor.of(MemorySegment.ofArray(new byte[4 * values.length]), ElementType.F32, Shape.of(values.length));
        for (int i = 0; i < values.length; i++) {
            tensor.setFloat(i, values[i]);
        }
        return tensor;
    }

    static MemorySegment bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(bytes);
    }

    @SuppressWarnings("unchecked")
    private static <V> Map<String, V> map(Object... entries) {
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (V) entries[i + 1]);
        }
        return map;
    }

    /** Lease 7 covers 256 bytes, of which 64 to 71 are a tensor; callback 3 gives a text's length. */
    private static final class OneOfEach implements MessageReferences {
        static final MemorySegment REGION = MemorySegment.ofArray(new byte[256]);
        static final Tensor SHARED = Tensor.of(REGION.asSlice(64), ElementType.F32, Shape.of(2));
        static final Function<String, Double> JUDGE = text -> (double) text.length();

        @Override
        public @Nullable Place place(Tensor tensor) {
            return tensor == SHARED ? new Place(7, 64) : null;
        }

        @Override
        public MemorySegment elements(int lease, long offset, long bytes) {
            if (lease != 7 || offset < 0 || bytes > 256 || offset > 256 - bytes) {
                throw new IllegalArgumentException(
                        "lease " + lease + " does not cover " + bytes + " bytes at " + offset);
            }
            return REGION.asSlice(offset, bytes);
        }

        @Override
        public int number(Object callback, ValueCodec.Callback codec) {
            return callback == JUDGE ? 3 : MessageReferences.super.number(callback, codec);
        }

        @Override
        public Object callback(int number, ValueCodec.Callback codec) {
            return number == 3 ? JUDGE : MessageReferences.super.callback(number, codec);
        }
    }
}
