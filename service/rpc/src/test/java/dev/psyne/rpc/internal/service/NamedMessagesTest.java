package dev.psyne.rpc.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.Callback;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.NamedMessage;
import dev.psyne.rpc.internal.codec.ValueCodec;
import dev.psyne.rpc.internal.wire.MessagePool;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages by name that a hostile peer has written. */
class NamedMessagesTest {
    /** A method with everything. */
    public interface Everything {
        void take(
                String text,
                List<Part> parts,
                Tensor tensor,
                MemorySegment bytes,
                Callback<Long, Long> callback,
                Map<String, Integer> numbers,
                Items<String> items);
    }

    /** A record in it. */
    public record Part(double weight, @Nullable Part inner) {}

    private static final int TRIES = 20_000;
    private static final int LIMIT = 1 << 20;

    private static final MessageReferences ANY = new MessageReferences() {
        @Override
        public int number(Object callback, ValueCodec.Callback codec) {
            return -1;
        }

        @Override
        public Object callback(int number, ValueCodec.Callback codec) {
            return (Callback<Long, Long>) argument -> argument;
        }
    };

    private final ArgumentsMessage arguments =
            ServiceContract.of(Everything.class).named().getFirst().arguments();

    private static byte[] valid() {
        return encoded(List.of(
                List.of("text", List.of(Map.of("weight", 1, "inner", Map.of("weight", 2.5)))),
                Map.of(
                        "tensor",
                        Map.of("_tensor", "u8", "shape", List.of(2, 1), "data", new byte[2]),
                        "bytes",
                        new byte[300],
                        "callback",
                        Map.of("_callback", 5),
                        "numbers",
                        Map.of("a", 1, "b", -70_000),
                        "items",
                        Map.of("_stream", true))));
    }

    private static byte[] encoded(Object value) {
        try (MessageWriter writer = MessageWriter.growing(new MessagePool(), LIMIT, ANY)) {
            return NamedMessage.encode(value, writer).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static MessageReader over(byte[] bytes) {
        return new MessageReader(ANY).over(MemorySegment.ofArray(bytes));
    }

    @Test
    void whatJavaWritesItReads() {
        @Nullable Object[] read = arguments.decode(over(valid()));
        assertEquals("text", read[0]);
        assertEquals(List.of(new Part(1, new Part(2.5, null))), read[1]);
        try (MessageWriter writer = MessageWriter.growing(new MessagePool(), LIMIT, ANY)) {
            byte[] again = arguments.encode(read, writer).toArray(ValueLayout.JAVA_BYTE);
            assertEquals(read[1], arguments.decode(over(again))[1]);
            assertEquals(read[5], arguments.decode(over(again))[5]);
        }
    }

    @Test
    void whateverTheBytesAreTheyAreReadOrRefused() {
        Random random = new Random(7);
        byte[] valid = valid();
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] bytes = random.nextBoolean() ? valid.clone() : Arrays.copyOf(valid, random.nextInt(valid.length));
            for (int damage = random.nextInt(4); damage >= 0 && bytes.length > 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            refused += refused(bytes);
        }
        assertTrue(refused > TRIES / 2, refused + " were refused");
    }

    private int refused(byte[] bytes) {
        try {
            new UntypedMessage("value").decode(over(bytes));
        } catch (BrokenMessageException expected) {
            // Its bytes are none of MessagePack, or a map of them lies.
        }
        try {
            arguments.decode(over(bytes));
            return 0;
        } catch (BrokenMessageException expected) {
            return 1;
        }
    }

    @Test
    void aMessageThatPromisesTooMuchTakesNoMemory() {
        byte[] huge = {(byte) 0xdd, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        BrokenMessageException elements =
                assertThrows(BrokenMessageException.class, () -> new UntypedMessage("value").decode(over(huge)));
        assertTrue(String.valueOf(elements.getMessage()).contains("262144 elements"), elements.getMessage());
        byte[] deep = new byte[100];
        Arrays.fill(deep, (byte) 0x91);
        assertThrows(BrokenMessageException.class, () -> new UntypedMessage("value").decode(over(deep)));
    }

    @Test
    void callbacksAndStreamsStandInArgumentsAlone() {
        byte[] callback = encoded(List.of(Map.of("_callback", 1)));
        byte[] stream = encoded(Map.of("_stream", true));
        for (byte[] each : List.of(callback, stream)) {
            assertThrows(BrokenMessageException.class, () -> new UntypedMessage("value").decode(over(each)));
        }
    }
}
