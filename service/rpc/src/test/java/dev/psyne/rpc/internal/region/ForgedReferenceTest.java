package dev.psyne.rpc.internal.region;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.Region;
import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.MappableFile;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import dev.psyne.rpc.internal.region.ExchangePacket.What;
import dev.psyne.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a peer may write into a reference or pass at the exchange, by hand: nothing of it is read wildly or mapped. */
@EnabledOnOs(OS.LINUX)
class ForgedReferenceTest {
    private static final int HELLO = 1;
    private static final int CALL = 2;
    private static final int END = 4;
    private static final int ERROR = 5;
    private static final int RELEASE = 12;
    private static final int REFERENCES = 32;
    private static final int REGION_BYTES = 1 << 16;
    private static final int U8 = 3;

    /** {@code version 2, name "x", maxMessageBytes 65536, pieceBytes 65536, maxCalls 8}. */
    private static final String HELLO_BYTES =
            "38000000" + "02000000" + "38000000" + "01000000" + "00000100" + "00000100" + "08000000" + "00000000"
                    + "0000000000000000" + "0000000000000000" + "0000000000000000" + "78";

    /** Reads what it is given. */
    public interface Reader {
        int first(Tensor values);
    }

    private record Reply(int kind, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
    private int nextCall = 1;

    @TempDir
    Path directory;

    private final class Raw implements AutoCloseable {
        private final SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final RemoteRegions regions;

        Raw() throws IOException {
            socket.connect(UnixDomainSocketAddress.of(directory.resolve("node")));
            send(HELLO, 0, 0, HexFormat.of().parseHex(HELLO_BYTES));
            Matcher said =
                    Pattern.compile("(/[ -~]*/node\\.regions)([0-9a-f]{32})").matcher(read().text());
            assertTrue(said.find(), "HELLO names the exchange and the key");
            regions = new RemoteRegions(Path.of(said.group(1)), said.group(2));
        }

        void send(int kind, int flags, int stream, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(16 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
            frame.put((byte) kind).put((byte) flags).put((byte) 1).put((byte) 0).putInt(stream);
            frame.putInt(payload.length).putInt(payload.length).put(payload).flip();
            while (frame.hasRemaining()) {
                int _ = socket.write(frame);
            }
        }

        private ByteBuffer bytes(int count) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                if (socket.read(bytes) < 0) {
                    throw new EOFException();
                }
            }
            return bytes.flip();
        }

        Reply read() throws IOException {
            ByteBuffer header = bytes(16);
            return new Reply(header.get(0), bytes(header.getInt(8)).array());
        }

        /** Calls {@code first} with a tensor of bytes by reference. */
        Reply first(int flags, int region, long offset, long bytes) throws IOException {
            ByteBuffer call = ByteBuffer.allocate(16 + 56 + 4).order(ByteOrder.LITTLE_ENDIAN);
            call.putShort((short) 1).putShort((short) 0).putInt(0).putInt(0).putInt(0);
            call.putInt(16).putInt(16).putInt(1).putInt(0);
            call.put((byte) U8).put((byte) 1).putShort((short) 1).putInt(region);
            call.putLong(bytes).putLong(offset).putLong(bytes).putInt(77);
            nextCall += 2;
            send(CALL, flags, nextCall, call.array());
            return read();
        }

        void bind() throws IOException {
            byte[] name = "Reader".getBytes(StandardCharsets.US_ASCII);
            ByteBuffer find = ByteBuffer.allocate(16 + 32 + name.length).order(ByteOrder.LITTLE_ENDIAN);
            find.putInt(0).putInt(0).putInt(0).putInt(0);
            find.putInt(32)
                    .putInt(32)
                    .putInt(name.length)
                    .putInt(0)
                    .putLong(0)
                    .putLong(0)
                    .put(name);
            send(CALL, 0, nextCall, find.array());
            assertEquals(END, read().kind);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @BeforeEach
    void listen() {
        node.serve(Reader.class, values -> values.segment().get(ValueLayout.JAVA_BYTE, 0))
                .listen("unix:" + directory.resolve("node"));
    }

    @AfterEach
    void end() {
        node.close();
        scheduler.close();
    }

    private static Region region(int content) {
        return Region.builder(REGION_BYTES)
                .unnamed()
                .sparse()
                .forReaders()
                .content(bytes -> bytes.fill((byte) content))
                .build();
    }

    @Test
    void whateverAReferenceSaysItIsReadInItsRegionOrRefused() throws IOException {
        try (Raw raw = new Raw();
                Raw other = new Raw();
                Region own = region(7);
                Region foreign = region(9)) {
            raw.bind();
            int number = raw.regions.give(own, false);
            int another = other.regions.give(foreign, false);
            assertArrayEquals(new byte[] {8, 0, 0, 0, 7, 0, 0, 0}, raw.first(REFERENCES, number, 64, 100).payload);
            Random random = new Random(1);
            long[] places = {
                0, 1, 64, REGION_BYTES - 64, REGION_BYTES, -64, Long.MIN_VALUE, Long.MAX_VALUE - 63, 1L << 47
            };
            long[] sizes = {1, 64, REGION_BYTES, REGION_BYTES + 1, Integer.MAX_VALUE};
            for (int i = 0; i < 5_000; i++) {
                int region = random.nextInt(3) == 0 ? random.nextInt() : number;
                long offset = random.nextBoolean()
                        ? random.nextLong() >>> random.nextInt(64)
                        : places[random.nextInt(places.length)];
                long bytes =
                        random.nextBoolean() ? 1 + random.nextInt(REGION_BYTES) : sizes[random.nextInt(sizes.length)];
                boolean isGood = region == number && offset >= 0 && offset % 64 == 0 && offset <= REGION_BYTES - bytes;
                Reply reply = raw.first(REFERENCES, region, offset, bytes);
                assertEquals(
                        isGood ? END : ERROR, reply.kind, () -> region + " " + offset + " " + bytes + reply.text());
            }
            assertTrue(raw.first(REFERENCES, another, 0, 64).text().contains("is unknown"), "another's region");
            assertTrue(raw.first(0, number, 0, 64).text().contains("invalid_argument"), "without the flag");
            raw.regions.drop(number);
            assertTrue(raw.first(REFERENCES, number, 0, 64).text().contains("unavailable"), "a region that is over");
            byte[] releases = new byte[400];
            random.nextBytes(releases);
            raw.send(RELEASE, 0, 0, releases);
            assertEquals(ERROR, raw.first(REFERENCES, 0, 0, 64).kind);
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void whoWritesToWhatWasPassedIsRefused() throws IOException {
        try (Raw raw = new Raw();
                Region own = region(7)) {
            int number = raw.regions.give(own, false);
            RegionSource.Known known = raw.regions.take(number);
            assertTrue(known != null && known.region().segment().isReadOnly());
            own.segment().set(ValueLayout.JAVA_BYTE, 1, (byte) 8);
            assertEquals(8, known.region().segment().get(ValueLayout.JAVA_BYTE, 1));
            known.region().close();
            raw.regions.drop(number);
            assertNull(raw.regions.take(number));
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private interface Content {
        void write(MappableFile file) throws IOException;
    }

    private void refused(Raw raw, String why, Content content) throws IOException, InterruptedException {
        try (MappableFile file = MappableFile.inMemory("test");
                DescriptorSocket socket = DescriptorSocket.connect(raw.regions.exchange())) {
            content.write(file);
            socket.send(new ExchangePacket(What.GIVE, raw.regions.key(), 0, false).bytes(), file);
            MemorySegment answer = MemorySegment.ofArray(new byte[ExchangePacket.BYTES]);
            int bytes = socket.receive(answer, Duration.ofSeconds(20)).bytes();
            assertEquals(What.REFUSED, ExchangePacket.read(answer, bytes).what());
            String said = String.valueOf(failures.take().getMessage());
            assertTrue(said.contains(why), said);
        }
    }

    private static void header(MappableFile file, int version, long bytes) throws IOException {
        var page = file.map(4096, 1, true);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = page.view(arena);
            header.set(ValueLayout.JAVA_LONG, 0, 0x4745_5245_4e59_5350L);
            header.set(ValueLayout.JAVA_INT, 8, version);
            header.set(ValueLayout.JAVA_INT, 12, (int) file.user());
            header.set(ValueLayout.JAVA_LONG, 16, bytes);
        }
        page.release();
    }

    @Test
    void aFileThatIsNoRegionIsNotMapped() throws IOException, InterruptedException {
        try (Raw raw = new Raw()) {
            refused(raw, "seals", file -> {
                file.resize(8192);
                header(file, 1, 4096);
            });
            refused(raw, "file bytes", file -> {
                file.resize(100);
                file.sealSize();
            });
            refused(raw, "magic", file -> {
                file.resize(8192);
                file.sealSize();
            });
            refused(raw, "version", file -> {
                file.resize(8192);
                header(file, 2, 4096);
                file.sealSize();
            });
            refused(raw, "file bytes", file -> {
                file.resize(8192);
                header(file, 1, 1L << 30);
                file.sealSize();
            });
            raw.regions.join();
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void aStrangerAtTheExchangeIsRefused() throws IOException, InterruptedException {
        try (Raw raw = new Raw();
                Region own = region(7)) {
            RemoteRegions stranger = new RemoteRegions(raw.regions.exchange(), "00112233445566778899aabbccddeeff");
            assertThrows(IOException.class, stranger::join);
            assertThrows(IOException.class, () -> stranger.give(own, false));
            assertNull(stranger.take(raw.regions.give(own, false)));
            try (DescriptorSocket socket = DescriptorSocket.connect(raw.regions.exchange())) {
                socket.send(MemorySegment.ofArray("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), null);
                assertTrue(String.valueOf(failures.take().getMessage()).contains("is none of version 1"));
            }
            raw.regions.join();
        }
        RpcClient.connect("unix:" + directory.resolve("node"), scheduler, RpcOptions.standard(), failures::add)
                .close();
        node.close();
        assertTrue(Files.notExists(directory.resolve("node.regions")));
        assertTrue(failures.isEmpty(), failures::toString);
    }
}
