package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.platform.Availability;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that peers on one machine send each other without putting them into messages. */
@EnabledOnOs(OS.LINUX)
class SharedMemoryTest {
    private static final int LARGE = 64 << 10;
    private static final SharedMemory SMALL_REGION = new SharedMemory(1 << 20, 64 << 10);

    /** Says where what it is given lies, and gives tensors back. */
    public interface Mirror {
        boolean isShared(Tensor values);

        double sum(Tensor values);

        Tensor ramp(int bytes);

        float at(Tensor values, int index);

        Tensor echo(Tensor values);

        double total(Items<Tensor> parts);

        Items<Tensor> ramps(int count, int bytes);

        Tensor weights(long offset, int bytes);

        double late(Tensor values);
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SharedFile shared;

    private final class Glass implements Mirror {
        private final Tensor cached = SharedMemoryTest.ramp(2 * LARGE);

        @Override
        public boolean isShared(Tensor values) {
            return isInRegion(values);
        }

        @Override
        public double sum(Tensor values) {
            return SharedMemoryTest.sum(values);
        }

        @Override
        public Tensor ramp(int bytes) {
            return bytes == cached.segment().byteSize() ? cached : SharedMemoryTest.ramp(bytes);
        }

        @Override
        public float at(Tensor values, int index) {
            return values.getFloat(index);
        }

        @Override
        public Tensor echo(Tensor values) {
            return values;
        }

        @Override
        public double total(Items<Tensor> parts) {
            double total = 0;
            try {
                for (Tensor part = parts.next(); part != null; part = parts.next()) {
                    assertEquals(part.segment().byteSize() >= LARGE, isInRegion(part));
                    total += SharedMemoryTest.sum(part);
                }
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return total;
        }

        @Override
        public Items<Tensor> ramps(int count, int bytes) {
            return Items.of(java.util.stream.Stream.generate(() -> SharedMemoryTest.ramp(bytes))
                    .limit(count)
                    .toList());
        }

        @Override
        public Tensor weights(long offset, int bytes) {
            return shared.tensor(offset, ElementType.U8, Shape.of(bytes));
        }

        @Override
        public double late(Tensor values) {
            entered.countDown();
            while (go.getCount() > 0) {
                Thread.onSpinWait();
            }
            double sum = SharedMemoryTest.sum(values);
            left.countDown();
            return sum;
        }
    }

    private static Tensor ramp(int bytes) {
        return fill(Tensor.allocate(Arena.ofAuto(), ElementType.F32, Shape.of(bytes / 4)));
    }

    private static Tensor fill(Tensor values) {
        float[] ramp = new float[(int) values.shape().elements()];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i % 100;
        }
        MemorySegment.copy(ramp, 0, values.segment(), ValueLayout.JAVA_FLOAT_UNALIGNED, 0, ramp.length);
        return values;
    }

    private static double sum(Tensor values) {
        double sum = 0;
        for (byte each : values.segment().toArray(ValueLayout.JAVA_BYTE)) {
            sum += each;
        }
        return sum;
    }

    private static double rampSum(int bytes) {
        return sum(ramp(bytes));
    }

    /** Whether it lies in a file in memory that was made for tensors. */
    static boolean isInRegion(Tensor values) {
        return mapping(values).contains("memfd:psyne-region");
    }

    private static String mapping(Tensor values) {
        long address = values.segment().address();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                int dash = line.indexOf('-');
                long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
                long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
                if (address >= from && address < to) {
                    return line;
                }
            }
            return "";
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private RpcNode node() {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        return node;
    }

    private String listen(RpcNode node) {
        return node.listen("unix:" + directory.resolve("node"));
    }

    private RpcClient connect(String address, SharedMemory memory) {
        RpcClient client =
                RpcClient.connect(address, scheduler, RpcOptions.standard().withSharedMemory(memory), failures::add);
        open.addFirst(client);
        return client;
    }

    @AfterEach
    void end() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
        assertTrue(Files.notExists(directory.resolve("node.regions")));
    }

    private void check(Mirror mirror, boolean isShared) throws InterruptedException {
        assertEquals(isShared, mirror.isShared(ramp(LARGE)));
        assertFalse(mirror.isShared(ramp(LARGE - 4)));
        assertEquals(rampSum(1 << 20), mirror.sum(ramp(1 << 20)));
        Tensor result = mirror.ramp(1 << 20);
        assertEquals(isShared, isInRegion(result));
        assertTrue(result.segment().isReadOnly());
        assertEquals(rampSum(1 << 20), sum(result));
        assertEquals(rampSum(LARGE), sum(mirror.echo(ramp(LARGE))));
        List<Tensor> parts = List.of(ramp(LARGE), ramp(8), ramp(2 * LARGE));
        if (isShared) {
            assertEquals(rampSum(LARGE) + rampSum(8) + rampSum(2 * LARGE), mirror.total(Items.of(parts)));
        }
        try (Items<Tensor> ramps = mirror.ramps(20, LARGE)) {
            for (int i = 0; i < 20; i++) {
                Tensor each = ramps.next();
                assertTrue(each != null && sum(each) == rampSum(LARGE) && isInRegion(each) == isShared);
            }
            assertNull(ramps.next());
        }
    }

    @Test
    void aNodesServiceReadsAndReturnsTensorsInPlace() throws InterruptedException {
        RpcNode node = node().serve(Mirror.class, new Glass());
        RpcClient client = connect(listen(node), SharedMemory.standard());
        assertInstanceOf(Availability.Available.class, client.sharedTensors().availability());
        check(client.service(Mirror.class), true);
    }

    @Test
    void aClientReadsWhatAnotherHasLentThroughTheNode() throws InterruptedException {
        String address = listen(node());
        RpcClient provider = connect(address, SharedMemory.standard());
        provider.offer("glass", Mirror.class, new Glass());
        check(connect(address, SharedMemory.standard()).service("glass", Mirror.class), true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoDoesNotShareGetsTensorsInMessages(boolean overTcp) throws InterruptedException {
        RpcNode node = node();
        String address = listen(node);
        String other = overTcp ? node.listen("tcp://127.0.0.1:0") : address;
        SharedMemory none = overTcp ? SharedMemory.standard() : SharedMemory.none();
        RpcClient sharing = connect(address, SharedMemory.standard());
        RpcClient apart = connect(other, none);
        assertInstanceOf(Availability.Unavailable.class, apart.sharedTensors().availability());
        sharing.offer("sharing", Mirror.class, new Glass());
        apart.offer("apart", Mirror.class, new Glass());
        check(apart.service("sharing", Mirror.class), false);
        check(sharing.service("apart", Mirror.class), false);
    }

    @Test
    void whatIsAllocatedInTheRegionIsNotCopied() {
        RpcNode node = node().serve(Mirror.class, new Glass());
        RpcClient client = connect(listen(node), SharedMemory.standard());
        Mirror mirror = client.service(Mirror.class);
        Tensor values = fill(client.sharedTensors().allocate(ElementType.F32, Shape.of(1024)));
        assertTrue(isInRegion(values) && mirror.isShared(values), "below the threshold, and yet in place");
        assertEquals(sum(values), mirror.sum(values));
        assertEquals(sum(values.slice(16, 100)), mirror.sum(values.slice(16, 100)));
        assertTrue(mirror.isShared(values.slice(16, 100)));
        assertFalse(mirror.isShared(values.slice(1, 100)), "what is not aligned is copied");
    }

    @Test
    void aFullRegionSendsInMessagesAndReleaseMakesRoom() {
        RpcNode node = node().serve(Mirror.class, new Glass());
        RpcClient client = connect(listen(node), SMALL_REGION);
        Mirror mirror = client.service(Mirror.class);
        List<Tensor> mine = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            mine.add(fill(client.sharedTensors().allocate(ElementType.F32, Shape.of(64 << 10))));
        }
        assertTrue(mirror.isShared(ramp(256 << 10)));
        assertFalse(mirror.isShared(ramp(512 << 10)), "there is no room for it");
        Tensor other = ramp(LARGE);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(7, mirror.at(other, 7));
            assertTrue(i % 500 != 0 || mirror.isShared(other), "what was released is used again");
        }
        assertEquals(
                3 * rampSum(256 << 10),
                mine.stream().mapToDouble(SharedMemoryTest::sum).sum());
    }

    @Test
    void aCalleesRegionServesTenThousandResults() {
        String address = listen(node());
        RpcClient provider = connect(address, SMALL_REGION);
        provider.offer("glass", Mirror.class, new Glass());
        RpcClient user = connect(address, SharedMemory.standard());
        Mirror mirror = user.service("glass", Mirror.class);
        for (int i = 0; i < 10_000; i++) {
            Tensor result = mirror.ramp(2 * LARGE);
            assertEquals(99, result.getFloat(99));
            assertTrue(i % 500 != 0 || isInRegion(result), "what was released is used again");
            user.sharedTensors().release(result);
        }
    }

    @Test
    void aCancelledCallKeepsItsArgumentsUntilItsMethodIsDone() throws InterruptedException {
        RpcNode node = node().serve(Mirror.class, new Glass());
        String address = listen(node);
        RpcClient client = RpcClient.connect(
                address,
                scheduler,
                RpcOptions.standard().withSharedMemory(SMALL_REGION).withTimeout(java.time.Duration.ofMillis(50)),
                failures::add);
        open.addFirst(client);
        Mirror mirror = client.service(Mirror.class);
        RpcException late = assertThrows(RpcException.class, () -> mirror.late(ramp(512 << 10)));
        assertEquals("deadline_exceeded", late.code());
        entered.await();
        assertFalse(mirror.isShared(ramp(768 << 10)), "the method still looks at it");
        go.countDown();
        left.await();
        while (!mirror.isShared(ramp(768 << 10))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aFileIsReadInPlaceByBothSides() throws IOException {
        Path file = directory.resolve("weights");
        byte[] content = new byte[1 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 7);
        }
        Files.write(file, content);
        RpcNode node = node().serve(Mirror.class, new Glass());
        shared = node.share(file);
        open.add(shared);
        assertEquals(content.length, shared.bytes());
        String address = listen(node);
        RpcClient client = connect(address, SharedMemory.standard());
        Mirror mirror = client.service(Mirror.class);
        Tensor weights = mirror.weights(4096 + 8, 100_000);
        assertTrue(mapping(weights).endsWith("/weights"), mapping(weights));
        assertEquals(content[4104 + 99_999], weights.segment().get(ValueLayout.JAVA_BYTE, 99_999));
        assertFalse(mapping(mirror.weights(4099, 100_000)).endsWith("/weights"), "what is not aligned is copied");
        connect(address, SharedMemory.standard()).offer("glass", Mirror.class, new Glass());
        Mirror glass = client.service("glass", Mirror.class);
        try (SharedFile own = client.sharedTensors().share(file)) {
            assertThrows(IllegalArgumentException.class, () -> own.tensor(1, ElementType.U8, Shape.of(1 << 20)));
            assertEquals(
                    sum(own.tensor(0, ElementType.U8, Shape.of(1 << 20))),
                    glass.sum(own.tensor(0, ElementType.U8, Shape.of(1 << 20))));
        }
        Tensor ended = mirror.weights(0, 8);
        shared.close();
        assertEquals(content[7], ended.segment().get(ValueLayout.JAVA_BYTE, 7));
        assertSame(MemorySegment.NULL.isNative(), ended.segment().isNative());
    }
}
