package dev.psyne.hypha.internal.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.psyne.hypha.HyphaMethod;
import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.hypha.internal.wire.LocalObjects;
import dev.psyne.hypha.internal.wire.RemoteObjects;
import dev.psyne.hypha.internal.wire.ValueDecoder;
import dev.psyne.hypha.internal.wire.ValueEncoder;
import dev.psyne.net.HttpExchange;
import dev.psyne.rpc.BrokenFrameException;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies in MessagePack, with values as hypha's wire has them but for what needs a connection: methods and generators. */
final class MessagePackBody {
    static final String TYPE = "application/msgpack";

    /** The longest answer. */
    private static final int MAX_BYTES = 256 << 20;

    private static final int MAX_ELEMENTS = 1 << 20;
    private static final int MAX_KEY_BYTES = 4 << 10;
    private static final MessagePackLimits LIMITS =
            MessagePackLimits.lenient(MessagePackLimits.MAX_DEPTH, MAX_ELEMENTS, MAX_KEY_BYTES);

    private static final String WITHOUT_CONNECTION = "cannot be in the body of a request: it ends with the request";

    private static final ValueDecoder DECODER = new ValueDecoder(new RemoteObjects() {
        @Override
        public RemoteMethod method(Map<String, @Nullable Object> encoded) {
            throw new IllegalArgumentException("a method " + WITHOUT_CONNECTION);
        }

        @Override
        public RemoteStream generator(Map<String, @Nullable Object> encoded) {
            throw new IllegalArgumentException("a generator " + WITHOUT_CONNECTION);
        }
    });

    private static final ValueEncoder ENCODER = new ValueEncoder(new LocalObjects() {
        @Override
        public Map<String, @Nullable Object> method(HyphaMethod method) {
            throw new IllegalArgumentException("a method " + WITHOUT_CONNECTION);
        }

        @Override
        public Map<String, @Nullable Object> generator(Iterator<?> elements, Object source) {
            throw new IllegalArgumentException("a generator " + WITHOUT_CONNECTION);
        }

        @Override
        public Map<String, @Nullable Object> face(Map<String, @Nullable Object> object) {
            throw new IllegalArgumentException("an interface " + WITHOUT_CONNECTION);
        }
    });

    private MessagePackBody() {}

    static boolean isIn(HttpExchange exchange) {
        return exchange.header("content-type").orElse("").contains("msgpack");
    }

    /** Whether the answer is to be MessagePack: it is asked for, or the request was and nothing is said of the answer. */
    static boolean isWanted(HttpExchange exchange) {
        String accepted = exchange.header("accept").orElse("*/*");
        return accepted.contains("msgpack") || (isIn(exchange) && !accepted.contains("json"));
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if it is broken, or more than one
     */
    static @Nullable Object read(MemorySegment body) {
        try {
            // Copied: what is called may keep the bytes for longer than the request.
            MessagePackReader reader = new MessagePackReader(MemorySegment.ofArray(body.toArray(JAVA_BYTE)), LIMITS);
            Object value = reader.read();
            if (!reader.atEnd()) {
                throw new IllegalArgumentException("the body is more than one MessagePack value");
            }
            return DECODER.decode(value);
        } catch (BrokenFrameException broken) {
            throw new IllegalArgumentException("the body is no MessagePack: " + broken.reason(), broken);
        }
    }

    /**
     * Reads the map at the beginning.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Map<String, @Nullable Object> readFirst(MemorySegment body) {
        try {
            return new MessagePackReader(body, LIMITS).readMap();
        } catch (BrokenFrameException broken) {
            throw new IllegalArgumentException("the body is no frame: " + broken.reason(), broken);
        }
    }

    /** @throws IllegalArgumentException for what does not fit */
    static byte[] write(@Nullable Object value) {
        return new MessagePackWriter(MAX_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(ENCODER.encode(value))
                .toFrame();
    }
}
