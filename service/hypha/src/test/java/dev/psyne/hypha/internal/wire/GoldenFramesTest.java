package dev.psyne.hypha.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFramesTest {
    @Test
    void theRecordingsAreThere() {
        assertEquals(204, RecordedFrame.all().count());
        assertTrue(RecordedFrame.all().filter(RecordedFrame::whole).count() > 150);
    }

    @ParameterizedTest
    @MethodSource("dev.psyne.hypha.internal.wire.RecordedFrame#all")
    void everyRecordedFrameIsUnderstood(RecordedFrame recorded) {
        Frame frame = Frame.read(recorded.head());
        assertEquals(RecordedFrame.told(recorded.decoded().getFirst()), RecordedFrame.told(frame.main()));
        assertEquals("method", frame.type());
        if (recorded.whole()) {
            assertArrayEquals(recorded.head(), frame.toBytes());
        }
        if (recorded.decoded().size() == 1) {
            assertEquals(0, frame.extra().byteSize());
            return;
        }
        MemorySegment bytes =
                recorded.whole() ? frame.extra() : packed(recorded.decoded().get(1));
        Map<String, @Nullable Object> told = recorded.decoded().get(1);
        if (recorded.whole()) {
            assertEquals(
                    RecordedFrame.told(told),
                    RecordedFrame.told(
                            new MessagePackReader(bytes, MessagePackLimits.lenient(64, 100_000, 1_000)).readMap()));
        }
        Extra extra = Extra.read(bytes);
        assertEquals(told.containsKey("promise"), extra.promise());
        assertEquals(told.containsKey("promise") ? 15.0 : 0.0, extra.intervalSeconds());
        assertEquals(
                Boolean.TRUE.equals(told.get("with_kwargs")), !extra.keywords().isEmpty());
        decode(extra);
    }

    private static void decode(Extra extra) {
        ValueDecoder decoder = new ValueDecoder(new Recorded());
        for (Object argument : extra.arguments()) {
            if (!(argument instanceof Map<?, ?> map)
                    || !"ndarray".equals(map.get("_rtype"))
                    || map.get("_rvalue") instanceof MemorySegment) {
                Object _ = decoder.decode(argument);
            }
        }
        Object _ = decoder.decode(extra.keywords());
    }

    private static MemorySegment packed(Map<String, @Nullable Object> map) {
        return MemorySegment.ofArray(
                new MessagePackWriter(1 << 20, 64).value(map).toFrame());
    }

    /** What a recorded frame names, without anybody behind it. */
    private static final class Recorded implements RemoteObjects {
        @Override
        public RemoteMethod method(Map<String, @Nullable Object> encoded) {
            assertTrue(encoded.get("_rtarget") instanceof String && encoded.get("_rmethod") instanceof String);
            return new Named(encoded);
        }

        @Override
        public RemoteStream generator(Map<String, @Nullable Object> encoded) {
            assertTrue(encoded.get("_rclose_method") instanceof String);
            return new Ended();
        }
    }

    private record Named(Map<String, @Nullable Object> description) implements RemoteMethod {
        @Override
        public String name() {
            return String.valueOf(description.get("_rmethod"));
        }

        @Override
        public String target() {
            return String.valueOf(description.get("_rtarget"));
        }

        @Override
        public CompletableFuture<@Nullable Object> call(List<?> arguments, Map<String, ?> keywords) {
            throw new IllegalStateException(Arrays.toString(arguments.toArray()));
        }
    }

    private static final class Ended implements RemoteStream {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public Object next() {
            throw new java.util.NoSuchElementException();
        }

        @Override
        public void close() {}
    }
}
