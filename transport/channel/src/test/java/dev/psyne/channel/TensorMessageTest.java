package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorMessageTest {
    private static final Shape SHAPE = Shape.of(3, 5);
    private static final ChannelOptions OPTIONS = ChannelOptions.standard().withCapacityBytes(4096);

    private static MemorySegment message(Arena arena) {
        MemorySegment message = arena.allocate(TensorMessage.bytes(ElementType.F32, Shape.of(2, 1)), 64);
        MemorySegment payload = TensorMessage.write(message, ElementType.F32, Shape.of(2, 1));
        Tensor.of(payload, ElementType.F32, Shape.of(2, 1)).setFloat(0, 1.5f);
        Tensor.of(payload, ElementType.F32, Shape.of(2, 1)).setFloat(1, -2f);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem:tensors", "ipc:tensors"})
    void aTensorIsWrittenAndReadInPlaceAndAligned(String uri) throws InterruptedException {
        try (Ends ends = new Ends(uri.substring(0, 3))) {
            Sender sender = ends.sending().sender(uri, OPTIONS);
            Receiver receiver = ends.receiving().receiver(uri, OPTIONS);
            for (int round = 0; round < 50; round++) {
                float first = round;
                // Messages of odd sizes between them put the tensors at all places a message can have.
                sender.offer(MemorySegment.ofArray(new byte[round]));
                Claim claim = TensorMessage.claim(sender, ElementType.F32, SHAPE);
                assertEquals(60, claim.segment().byteSize());
                assertEquals(0, claim.segment().address() % Tensor.ALIGNMENT_BYTES);
                Tensor.of(claim.segment(), ElementType.F32, SHAPE).setFloat(14, first);
                claim.commit();
                assertTrue(receiver.receive(_ -> {}));
                assertTrue(receiver.receive(message -> {
                    TensorMessage read = TensorMessage.read(message);
                    assertEquals("F32 [3, 5] by [5, 1]", read.toString());
                    assertEquals(0, read.payload().address() % Tensor.ALIGNMENT_BYTES);
                    assertEquals(first, read.tensor().getFloat(14));
                    assertTrue(read.payload().isReadOnly());
                }));
            }
        }
    }

    @Test
    void anAbortedTensorIsNotSentAndASentOneIsACopy() throws InterruptedException {
        try (Ends ends = new Ends("mem");
                Arena arena = Arena.ofConfined()) {
            Sender sender = ends.sending().sender("mem:tensors", OPTIONS);
            Receiver receiver = ends.receiving().receiver("mem:tensors", OPTIONS);
            Claim aborted = TensorMessage.claim(sender, ElementType.I8, SHAPE);
            aborted.abort();
            assertThrows(IllegalStateException.class, aborted::segment);
            assertThrows(IllegalStateException.class, aborted::commit);
            Tensor tensor = Tensor.allocate(arena, ElementType.I8, Shape.of(4));
            tensor.setFloat(3, 7);
            TensorMessage.send(sender, tensor);
            tensor.setFloat(3, 9);
            assertEquals(
                    1,
                    receiver.poll(
                            message -> assertEquals(
                                    7, TensorMessage.read(message).tensor().getFloat(3)),
                            10));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 24, 56})
    void aCopyOfTheMessageIsReadWhereverItLies(int shift) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena);
            MemorySegment copy = arena.allocate(message.byteSize() + shift, 64)
                    .asSlice(shift)
                    .copyFrom(message);
            assertEquals(-2f, TensorMessage.read(copy).tensor().getFloat(1));
            byte[] onHeap = message.toArray(ValueLayout.JAVA_BYTE);
            assertEquals(
                    1.5f,
                    TensorMessage.read(MemorySegment.ofArray(onHeap)).tensor().getFloat(0));
        }
    }

    @Test
    void stridesReachWhatTheySay() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            Shape transposed = Shape.of(5, 3);
            MemorySegment message = arena.allocate(TensorMessage.bytes(ElementType.I8, transposed, 1, 5), 8);
            MemorySegment payload = TensorMessage.write(message, ElementType.I8, transposed, 1, 5);
            assertEquals(15, payload.byteSize());
            TensorMessage read = TensorMessage.read(message);
            assertEquals(1, read.stride(0));
            assertEquals(5, read.stride(1));
            assertFalse(read.isDense());
            assertThrows(IllegalStateException.class, read::tensor);
            assertThrows(IllegalArgumentException.class, () -> read.stride(2));
            MemorySegment repeated = arena.allocate(TensorMessage.bytes(ElementType.F32, SHAPE, 0, 0), 8);
            assertEquals(
                    4,
                    TensorMessage.write(repeated, ElementType.F32, SHAPE, 0, 0).byteSize());
            assertEquals(SHAPE, TensorMessage.read(repeated).shape());
        }
    }

    @Test
    void scalarsAndEmptyTensorsAreTensors() {
        try (Arena arena = Arena.ofConfined()) {
            for (Shape shape :
                    new Shape[] {Shape.of(), Shape.of(0), Shape.of(3, 0, 2), Shape.of(0, 1 << 30, 1 << 30, 1 << 30)}) {
                MemorySegment message = arena.allocate(TensorMessage.bytes(ElementType.F32, shape), 8);
                TensorMessage.write(message, ElementType.F32, shape);
                TensorMessage read = TensorMessage.read(message);
                assertEquals(shape, read.tensor().shape());
                assertEquals(shape.elements() * 4, read.payload().byteSize());
            }
        }
    }

    @Test
    void whatNoMessageCanBeIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TensorMessage.bytes(ElementType.F32, Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> TensorMessage.bytes(ElementType.F32, Shape.of(1 << 30)));
        assertThrows(IllegalArgumentException.class, () -> TensorMessage.bytes(ElementType.F32, SHAPE, 1));
        assertThrows(IllegalArgumentException.class, () -> TensorMessage.bytes(ElementType.F32, SHAPE, 5, -1));
        assertThrows(
                IllegalArgumentException.class, () -> TensorMessage.bytes(ElementType.F32, SHAPE, Long.MAX_VALUE, 1));
        assertThrows(IllegalArgumentException.class, () -> TensorMessage.bytes(ElementType.I8, SHAPE, 1L << 62, 1));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> TensorMessage.write(MemorySegment.ofArray(new byte[40]), ElementType.F32, SHAPE));
    }

    @Test
    void theBytesAreTheseForEver() {
        try (Arena arena = Arena.ofConfined()) {
            String header = "5054454e" + "0100" + "01" + "02" + "40000000" + "00000000" + "0800000000000000"
                    + "0200000000000000" + "0100000000000000" + "0100000000000000" + "0100000000000000";
            String padding = "00".repeat(8);
            byte[] golden = HexFormat.of().parseHex(header + padding + "0000c03f" + "000000c0");
            byte[] written = message(arena).asSlice(0, golden.length).toArray(ValueLayout.JAVA_BYTE);
            assertArrayEquals(golden, written);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, the magic is 1",
        "4, 0x01010002, the version is 2",
        "4, 0x020b0001, the element type is 11",
        "4, 0x02000001, the element type is 0",
        "4, 0x02ff0001, the element type is -1",
        "4, 0x09010001, the rank is 9",
        "4, 0xff010001, the rank is -1",
        "8, 55, the place of the payload is 55",
        "8, -1, the place of the payload is -1",
        "8, 1000, the place of the payload is 1000",
        "12, 5, the word at 12 is 5",
        "16, 1000, the size of the payload is 1000",
        "20, 0x80000000, the size of the payload is -9223372036854775800",
        "16, 7, the strides [1, 1] of F32 [2, 1] reach behind the 7 bytes of the payload",
        "28, 1, dimension 0 is 4294967298",
        "36, 0x80000000, dimension 1 is -9223372036854775807",
        "24, 3, the strides [1, 1] of F32 [3, 1] reach behind the 8 bytes of the payload",
        "44, 0x7fffffff, the strides [9223372032559808513, 1] of F32 [2, 1] reach behind",
        "52, 0x80000000, stride 1 is -9223372036854775807"
    })
    void aDamagedFieldIsNamed(int at, String word, String wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena);
            message.set(ValueLayout.JAVA_INT_UNALIGNED, at, Long.decode(word).intValue());
            MessageFormatException refused =
                    assertThrows(MessageFormatException.class, () -> TensorMessage.read(message));
            assertTrue(refused.toString().contains(wanted), refused.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyElementTypeTravelsUnderItsCode(ElementType type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(TensorMessage.bytes(type, SHAPE), 8);
            TensorMessage.write(message, type, SHAPE).fill((byte) 1);
            assertEquals(type.code(), message.get(ValueLayout.JAVA_BYTE, 6));
            TensorMessage read = TensorMessage.read(message);
            assertEquals(type, read.type());
            assertEquals(15 * type.bytes(), read.payload().byteSize());
        }
    }

    @Test
    void aMessageThatEndsInItsHeaderIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = message(arena);
            for (int bytes = 0; bytes < 72; bytes++) {
                MemorySegment cut = message.asSlice(0, bytes);
                assertThrows(MessageFormatException.class, () -> TensorMessage.read(cut));
            }
        }
    }

    @Test
    void randomBytesAreReadOrRefused() {
        Random random = new Random(4);
        try (Arena arena = Arena.ofConfined()) {
            int read = 0;
            for (int round = 0; round < 20_000; round++) {
                MemorySegment message =
                        MemorySegment.ofArray(message(Arena.ofAuto()).toArray(ValueLayout.JAVA_BYTE));
                for (int change = random.nextInt(1, 4); change > 0; change--) {
                    message.set(ValueLayout.JAVA_BYTE, random.nextInt(72), (byte) random.nextInt());
                }
                try {
                    TensorMessage tensor = TensorMessage.read(message);
                    assertTrue(tensor.payload().byteSize() <= message.byteSize());
                    read++;
                } catch (MessageFormatException refused) {
                    assertTrue(refused.toString().contains("tensor message"), refused.toString());
                }
            }
            assertTrue(read > 100 && read < 19_000, "read " + read);
        }
    }
}
