package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes of docs/protocol-v2.md, written and read by hand, and what a node says to those that break its rules. */
class RpcProtocolTest {
    private static final int HELLO = 1;
    private static final int CALL = 2;
    private static final int ITEM = 3;
    private static final int END = 4;
    private static final int ERROR = 5;
    private static final int CREDIT = 6;
    private static final int CANCEL = 7;
    private static final int PING = 8;
    private static final int PONG = 9;
    private static final int GOAWAY = 10;

    /** {@code version 2, name "x", maxMessageBytes 65536, pieceBytes 65536, maxCalls 8}. */
    private static final String HELLO_BYTES =
            "38000000" + "02000000" + "38000000" + "01000000" + "00000100" + "00000100" + "08000000" + "00000000"
                    + "0000000000000000" + "0000000000000000" + "0000000000000000" + "78";

    /** One method of each kind. */
    public interface Small {
        int add(int a, int b);

        long total(Items<Integer> numbers);

        void wait(Items<Integer> numbers);
    }

    /** {@code released} ends what waits. */
    private record Adder(CountDownLatch released) implements Small {
        @Override
        public int add(int a, int b) {
            return a + b;
        }

        @Override
        public long total(Items<Integer> numbers) {
            long total = 0;
            try {
                for (Integer number = numbers.next(); number != null; number = numbers.next()) {
                    total += number;
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return total;
        }

        @Override
        public void wait(Items<Integer> numbers) {
            try {
                released.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    private record Reply(int kind, int lane, int stream, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    private static final class Raw implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        Raw(String address) throws IOException {
            URI uri = URI.create(address);
            socket = new Socket(uri.getHost(), uri.getPort());
            in = new DataInputStream(socket.getInputStream());
        }

        void send(int kind, int flags, int lane, int stream, byte[] payload) throws IOException {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(16 + payload.length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .put((byte) kind)
                            .put((byte) flags)
                            .put((byte) lane)
                            .put((byte) 0)
                            .putInt(stream)
                            .putInt(payload.length)
                            .putInt(payload.length)
                            .put(payload)
                            .array());
        }

        Reply read() throws IOException {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(16)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.capacity() < 16) {
                throw new EOFException();
            }
            assertEquals(header.getInt(8), header.getInt(12));
            return new Reply(header.get(0), header.get(2), header.getInt(4), in.readNBytes(header.getInt(8)));
        }

        Raw greeted() throws IOException {
            send(HELLO, 0, 0, 0, HexFormat.of().parseHex(HELLO_BYTES));
            assertEquals(HELLO, read().kind);
            return this;
        }

        boolean isEnded() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final CountDownLatch released = new CountDownLatch(1);
    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
    private String address = "";

    @BeforeEach
    void listen() {
        address = node.serve(Small.class, new Adder(released)).listen("tcp://127.0.0.1:0");
    }

    @AfterEach
    void end() {
        released.countDown();
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static byte[] bytes(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    private static byte[] call(int service, int method, int... arguments) {
        byte[] record = bytes(arguments);
        return ByteBuffer.allocate(16 + record.length)
                .put(bytes(service | method << 16, 0, 0, 0))
                .put(record)
                .array();
    }

    /** {@code find("Small")} of service 0: the number is that of the first service bound. */
    private static int bindSmall(Raw raw) throws IOException {
        byte[] name = "Small".getBytes(StandardCharsets.US_ASCII);
        byte[] find = call(0, 0, 32, 32, 5, 0, 0, 0, 0, 0, 0, 0);
        raw.send(
                CALL,
                0,
                1,
                1,
                ByteBuffer.allocate(16 + 32 + 5).put(find, 0, 48).put(name).array());
        Reply binding = raw.read();
        assertEquals(END, binding.kind, binding::text);
        return ByteBuffer.wrap(binding.payload).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    }

    @Test
    void aStrangerWithThePageCallsAMethod() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            int small = bindSmall(raw);
            raw.send(CALL, 0, 1, 3, call(small, 0, 16, 20, 22, 0));
            Reply sum = raw.read();
            assertEquals(END, sum.kind);
            assertEquals(1, sum.lane);
            assertEquals(3, sum.stream);
            assertArrayEquals(bytes(8, 42), sum.payload);
            raw.send(CALL, 1, 2, 5, call(small, 1, 8, 0));
            raw.send(ITEM, 0, 2, 5, bytes(8, 40));
            raw.send(ITEM, 0, 2, 5, bytes(8, 2));
            raw.send(END, 0, 2, 5, new byte[0]);
            Reply total = raw.read();
            assertArrayEquals(bytes(16, 0, 42, 0), total.payload);
        }
    }

    @Test
    void aPingIsAnsweredWithItsBytes() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            raw.send(PING, 0, 0, 0, new byte[] {1, 2, 3});
            Reply pong = raw.read();
            assertEquals(PONG, pong.kind);
            assertArrayEquals(new byte[] {1, 2, 3}, pong.payload);
        }
    }

    @Test
    void aCallThatCannotBeReadFailsAloneAndSaysWhere() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            int small = bindSmall(raw);
            raw.send(CALL, 0, 1, 3, call(small, 0, 16, 20));
            Reply broken = raw.read();
            assertEquals(ERROR, broken.kind);
            assertTrue(
                    broken.text().contains("invalid_argument") && broken.text().contains("Small.add"), broken::text);
            raw.send(CALL, 0, 1, 5, call(small, 7, 8, 0));
            assertTrue(raw.read().text().contains("Small has no method numbered 7"));
            raw.send(CALL, 0, 1, 7, call(77, 0, 8, 0));
            assertTrue(raw.read().text().contains("no service is numbered 77"));
            raw.send(CALL, 0, 1, 9, call(small, 0, 16, 1, 2, 0));
            assertArrayEquals(bytes(8, 3), raw.read().payload);
        }
    }

    @Test
    void aMethodThatIsNotDoneByItsDeadlineIsStoppedAndAnswered() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            int small = bindSmall(raw);
            byte[] waiting = call(small, 1, 8, 0);
            ByteBuffer.wrap(waiting).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 20);
            raw.send(CALL, 1, 2, 3, waiting);
            Reply late = raw.read();
            assertEquals(ERROR, late.kind);
            assertEquals(3, late.stream);
            assertTrue(late.text().contains("deadline_exceeded"), late::text);
            raw.send(CALL, 0, 1, 5, call(small, 0, 16, 1, 2, 0));
            assertArrayEquals(bytes(8, 3), raw.read().payload);
        }
    }

    @Test
    void aCallThatCannotBeResumedSaysSo() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            byte[] resumed = call(bindSmall(raw), 0, 16, 1, 2, 0);
            ByteBuffer.wrap(resumed).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 1);
            raw.send(CALL, 0, 1, 3, resumed);
            Reply refused = raw.read();
            assertTrue(
                    refused.text().contains("invalid_argument")
                            && refused.text().contains("Small.add cannot be resumed"),
                    refused::text);
        }
    }

    @Test
    void whatBelongsToACallThatIsOverIsDropped() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            raw.send(ITEM, 0, 1, 99, bytes(8, 1));
            raw.send(CANCEL, 0, 1, 99, new byte[0]);
            raw.send(CREDIT, 0, 0, 99, bytes(1));
            raw.send(END, 0, 1, 98, new byte[0]);
            raw.send(PING, 0, 0, 0, new byte[0]);
            assertEquals(PONG, raw.read().kind);
        }
    }

    private interface Offence {
        void commit(Raw raw) throws IOException;
    }

    private void assertRefused(String rule, Raw raw, Offence offence) throws IOException {
        try (raw) {
            offence.commit(raw);
            Reply last = raw.read();
            while (last.kind != GOAWAY) {
                last = raw.read();
            }
            assertTrue(last.text().contains("protocol_error") && last.text().contains(rule), last::text);
            assertTrue(raw.isEnded());
        }
    }

    @Test
    void aBrokenRuleEndsTheConnectionWithAReason() throws IOException {
        byte[] hello = HexFormat.of().parseHex(HELLO_BYTES);
        byte[] third = hello.clone();
        third[4] = 3;
        assertRefused("a CALL frame before HELLO", new Raw(address), raw -> raw.send(CALL, 0, 1, 1, call(0, 0)));
        assertRefused("version 3", new Raw(address), raw -> raw.send(HELLO, 0, 0, 0, third));
        assertRefused("Hello", new Raw(address), raw -> raw.send(HELLO, 0, 0, 0, new byte[20]));
        assertRefused("a second HELLO", new Raw(address).greeted(), raw -> raw.send(HELLO, 0, 0, 0, hello));
        assertRefused("unknown kind of frame 77", new Raw(address).greeted(), raw -> raw.send(77, 0, 0, 0, hello));
        assertRefused("a call numbered 2", new Raw(address).greeted(), raw -> raw.send(CALL, 0, 1, 2, call(0, 0)));
        assertRefused("a call numbered 0", new Raw(address).greeted(), raw -> raw.send(CALL, 0, 1, 0, call(0, 0)));
        assertRefused("shorter than its header", new Raw(address).greeted(), raw -> raw.send(CALL, 0, 1, 1, bytes(1)));
        assertRefused("a ping of 65 bytes", new Raw(address).greeted(), raw -> raw.send(PING, 0, 0, 0, new byte[65]));
        assertRefused("in use", new Raw(address).greeted(), raw -> {
            int small = bindSmall(raw);
            raw.send(CALL, 1, 2, 3, call(small, 1, 8, 0));
            raw.send(CALL, 1, 2, 3, call(small, 1, 8, 0));
        });
        assertRefused("a credit of 8 bytes", new Raw(address).greeted(), raw -> {
            raw.send(CALL, 1, 2, 3, call(bindSmall(raw), 1, 8, 0));
            raw.send(CREDIT, 0, 0, 3, bytes(1, 1));
        });
        assertRefused("which has no credit left", new Raw(address).greeted(), raw -> {
            raw.send(CALL, 1, 2, 3, call(bindSmall(raw), 2, 8, 0));
            raw.send(ITEM, 0, 2, 3, new byte[64 << 10]);
            raw.send(ITEM, 0, 2, 3, bytes(8, 1));
        });
    }

    @Test
    void aPeerThatGoesLeavesNothing() throws IOException {
        try (Raw raw = new Raw(address).greeted()) {
            raw.send(CALL, 1, 2, 3, call(bindSmall(raw), 1, 8, 0));
            assertEquals(1, node.connections());
        }
        while (node.connections() > 0) {
            Thread.onSpinWait();
        }
    }
}
