package dev.psyne.rpc.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Callback;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that a caller hands over with its call. */
class CallbacksTest {
    /** A piece of evidence. */
    public record Exhibit(
            String name, MemorySegment bytes, @Nullable Callback<Integer, Integer> scale) {}

    /** Everything that can be done with callbacks. */
    public interface Court {
        List<String> judge(Callback<Long, String> judge, int times);

        long all(List<Callback<Long, Long>> functions);

        long inThreads(Callback<Long, Long> function, int threads, int times);

        int scaled(Exhibit exhibit);

        MemorySegment bytes(Callback<MemorySegment, MemorySegment> function, int count);

        Items<String> stream(Callback<Integer, String> function);

        void keep(Callback<String, String> function);

        void forge(Callback<String, String> function, int number);

        void lie(Callback<String, String> function);

        int ignore(Callback<String, String> function);
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<RpcException> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<Callback<String, String>> kept = new LinkedBlockingQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    private final class OldBailey implements Court {
        @Override
        public List<String> judge(Callback<Long, String> judge, int times) {
            return LongStream.range(0, times).mapToObj(judge::call).toList();
        }

        @Override
        public long all(List<Callback<Long, Long>> functions) {
            long sum = 0;
            for (Callback<Long, Long> each : functions) {
                sum += each.call(1L);
            }
            return sum;
        }

        @Override
        public long inThreads(Callback<Long, Long> function, int threads, int times) {
            AtomicLong sum = new AtomicLong();
            Counter counter = Counter.create();
            for (int thread = 0; thread < threads; thread++) {
                scheduler.spawn(counter, () -> {
                    for (long i = 0; i < times; i++) {
                        sum.addAndGet(function.call(i));
                    }
                });
            }
            counter.await();
            return sum.get();
        }

        @Override
        public int scaled(Exhibit exhibit) {
            Callback<Integer, Integer> scale = exhibit.scale();
            int bytes = (int) exhibit.bytes().byteSize();
            return scale == null ? bytes : scale.call(bytes);
        }

        @Override
        public MemorySegment bytes(Callback<MemorySegment, MemorySegment> function, int count) {
            return function.call(MemorySegment.ofArray(new byte[count]));
        }

        @Override
        public Items<String> stream(Callback<Integer, String> function) {
            AtomicLong next = new AtomicLong();
            return new Items<>() {
                @Override
                public String next() {
                    try {
                        return function.call((int) next.getAndIncrement());
                    } catch (RpcException failed) {
                        seen.add(failed);
                        throw failed;
                    }
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void keep(Callback<String, String> function) {
            kept.add(function);
        }

        @Override
        public void forge(Callback<String, String> function, int number) {
            BorrowedCallbacks.Borrowed given = (BorrowedCallbacks.Borrowed) (Object) function;
            new BorrowedCallbacks.Borrowed(given.of(), number, given.contract()).call("forged");
        }

        @Override
        public void lie(Callback<String, String> function) {
            BorrowedCallbacks.Borrowed given = (BorrowedCallbacks.Borrowed) (Object) function;
            ValueMessage number = new LayoutEncoding(Map.of()).value("lie", Type.Scalar.I64, long.class);
            CallbackContract other =
                    new CallbackContract(number, given.contract().result());
            new BorrowedCallbacks.Borrowed(given.of(), given.number(), other).call(7_000_000_000L);
        }

        @Override
        public int ignore(Callback<String, String> function) {
            return 5;
        }
    }

    private RpcClient connect(String address, Scheduler on) {
        RpcClient client = RpcClient.connect(address, on, RpcOptions.standard(), failures::add);
        open.addFirst(client);
        return client;
    }

    private String start() {
        RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);
        open.add(node);
        return node.serve(Court.class, new OldBailey()).listen("tcp://127.0.0.1:0");
    }

    private Court court() {
        return connect(start(), scheduler).service(Court.class);
    }

    /** Of a client of the same node. */
    private Court relayed() {
        String address = start();
        connect(address, scheduler).offer("court", Court.class, new OldBailey());
        return connect(address, scheduler).service("court", Court.class);
    }

    @AfterEach
    void end() throws Exception {
        go.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCalleeCallsItAnyNumberOfTimes(boolean throughANode) {
        Court court = throughANode ? relayed() : court();
        assertEquals(List.of("no 0", "no 1", "no 2"), court.judge(each -> "no " + each, 3));
        assertEquals(10_000, court.judge(String::valueOf, 10_000).size());
        assertEquals(5, court.ignore(text -> text));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenThousandCallbacksInOneCall(boolean throughANode) {
        List<Callback<Long, Long>> many = new ArrayList<>();
        for (long i = 0; i < 10_000; i++) {
            long own = i;
            many.add(argument -> own + argument);
        }
        assertEquals(10_000L * 10_001 / 2, (throughANode ? relayed() : court()).all(many));
    }

    @Test
    void moreThanACallMayHandOverAreRefused() {
        Callback<Long, Long> one = argument -> argument;
        List<Callback<Long, Long>> many = Collections.nCopies(LentCallbacks.MAX_CALLBACKS + 1, one);
        Court court = court();
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> court.all(many));
        assertTrue(String.valueOf(refused.getMessage()).contains("16384 callbacks at most"), refused.getMessage());
        assertEquals(16_384, court.all(many.subList(1, many.size())));
    }

    @Test
    void severalThreadsCallIt() {
        assertEquals(20 * 50 * 49 / 2, court().inThreads(argument -> argument, 20, 50));
    }

    @Test
    void itLiesInRecordsAndTakesBytesInPlace() {
        Court court = relayed();
        MemorySegment three = MemorySegment.ofArray(new byte[3]);
        assertEquals(6, court.scaled(new Exhibit("knife", three, bytes -> 2 * bytes)));
        assertEquals(3, court.scaled(new Exhibit("knife", three, null)));
        for (int count : new int[] {1, 100, 1_000_000}) {
            MemorySegment result = court.bytes(
                    given -> {
                        byte[] copy = given.toArray(ValueLayout.JAVA_BYTE);
                        copy[copy.length - 1] = 9;
                        return MemorySegment.ofArray(copy);
                    },
                    count);
            assertEquals(count, result.byteSize());
            assertEquals(9, result.get(ValueLayout.JAVA_BYTE, count - 1));
        }
    }

    @Test
    void itIsCalledWhileTheCalleeStreams() throws InterruptedException {
        try (Items<String> items = relayed().stream(number -> "item " + number)) {
            for (int i = 0; i < 1_000; i++) {
                assertEquals("item " + i, items.next());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatItThrowsIsTheCallees(boolean throughANode) {
        Court court = throughANode ? relayed() : court();
        RpcException refused = assertThrows(
                RpcException.class,
                () -> court.judge(
                        each -> {
                            throw new RpcException("not_this", "refused " + each);
                        },
                        1));
        assertEquals("not_this", refused.code());
        assertEquals("refused 0", refused.getMessage());
        RpcException broken = assertThrows(
                RpcException.class,
                () -> court.judge(
                        each -> {
                            throw new IllegalStateException("as asked");
                        },
                        1));
        assertEquals("failed", broken.code());
        assertTrue(broken.getMessage().contains("the reason is with the caller"), broken.getMessage());
        assertEquals(List.of("0"), court.judge(String::valueOf, 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterItsCallItFails(boolean throughANode) throws InterruptedException {
        Court court = throughANode ? relayed() : court();
        court.keep(text -> text);
        Callback<String, String> late = kept.take();
        RpcException over = assertThrows(RpcException.class, () -> late.call("late"));
        assertEquals("cancelled", over.code());
        assertEquals("the call that gave the callback is over", over.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, -1, Integer.MIN_VALUE})
    void anUnknownNumberIsRefused(int number) {
        RpcException unknown = assertThrows(RpcException.class, () -> court().forge(text -> text, number));
        assertEquals("not_found", unknown.code());
        assertTrue(
                unknown.getMessage().contains("no callback is numbered " + Integer.toUnsignedString(number)),
                unknown.getMessage());
    }

    @Test
    void anArgumentThatCannotBeReadIsRefused() {
        RpcException broken = assertThrows(RpcException.class, () -> court().lie(text -> text));
        assertEquals("invalid_argument", broken.code());
        assertTrue(broken.getMessage().contains("the argument of callback 1"), broken.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallerThatWantsNoMoreEndsThoseUnderWay(boolean throughANode) throws InterruptedException {
        Court court = throughANode ? relayed() : court();
        CountDownLatch called = new CountDownLatch(1);
        try (Items<String> items = court.stream(number -> waits(called))) {
            called.await();
        }
        assertEquals("cancelled", seen.take().code());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfTheConnectionEndsThoseUnderWay(boolean throughANode) throws InterruptedException {
        String address = start();
        if (throughANode) {
            connect(address, scheduler).offer("court", Court.class, new OldBailey());
        }
        CountDownLatch called = new CountDownLatch(1);
        RpcClient client = connect(address, scheduler);
        Items<String> items =
                client.service(throughANode ? "court" : "Court", Court.class).stream(number -> waits(called));
        called.await();
        client.close();
        RpcException gone = seen.take();
        assertTrue(List.of("cancelled", "unavailable").contains(gone.code()), gone.code());
        assertEquals(
                "unavailable", assertThrows(RpcException.class, items::next).code());
    }

    private String waits(CountDownLatch called) {
        called.countDown();
        try {
            go.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return "late";
    }

    @Test
    void aCallerWithTooMuchToDoSaysSo() {
        Scheduler full = Scheduler.create(1);
        Court court = connect(start(), full).service(Court.class);
        full.close();
        RpcException busy = assertThrows(RpcException.class, () -> court.judge(String::valueOf, 1));
        assertEquals("unavailable", busy.code());
        assertTrue(busy.getMessage().contains("too much to do to run a callback"), busy.getMessage());
    }
}
