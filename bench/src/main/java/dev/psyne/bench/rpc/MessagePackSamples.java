package dev.psyne.bench.rpc;

import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MessagePack with names and the floats as binary, as hypha's clients send it, by the codec that routes them. */
final class MessagePackSamples implements SampleCodec {
    private static final int MESSAGE_BYTES = 4096;
    private static final MessagePackLimits LIMITS = MessagePackLimits.lenient(8, 64, 64);

    private byte[] message = new byte[0];

    @Override
    public int encode(Sample sample) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", sample.device());
        map.put("place", sample.place());
        map.put("unit", sample.unit());
        map.put("note", sample.note());
        map.put("latitude", sample.latitude());
        map.put("longitude", sample.longitude());
        map.put("height", sample.height());
        map.put("time", sample.time());
        map.put("values", MemorySegment.ofArray(sample.values()));
        message =
                new MessagePackWriter(MESSAGE_BYTES, LIMITS.depth()).value(map).toFrame();
        return message.length;
    }

    @Override
    public Sample decode() {
        Map<String, @Nullable Object> map = new MessagePackReader(MemorySegment.ofArray(message), LIMITS).readMap();
        if (!(map.get("values") instanceof MemorySegment values)) {
            throw new IllegalStateException("no values");
        }
        return new Sample(
                text(map, "device"),
                text(map, "place"),
                text(map, "unit"),
                text(map, "note"),
                number(map, "latitude"),
                number(map, "longitude"),
                number(map, "height"),
                number(map, "time"),
                values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }

    private static String text(Map<String, @Nullable Object> map, String key) {
        return String.valueOf(map.get(key));
    }

    private static double number(Map<String, @Nullable Object> map, String key) {
        return map.get(key) instanceof Double number ? number : Double.NaN;
    }
}
