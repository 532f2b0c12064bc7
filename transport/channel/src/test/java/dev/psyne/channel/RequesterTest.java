package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"mem", "ipc"})
class RequesterTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final ChannelOptions OPTIONS =
            Requester.options().withCapacityBytes(4096).withParticipants(3, 1);
    private static final RequestHandler TWICE = (request, reply) -> {
        Claim claim = reply.claim(Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, 2 * request.get(ValueLayout.JAVA_LONG, 0));
        claim.commit();
    };

    private final String uri;
    private final Ends ends;
    private final Requester requester;
    private final Replier replier;
    private final List<Long> replies = new ArrayList<>();
    private final MessageHandler collect = reply -> replies.add(reply.get(ValueLayout.JAVA_LONG, 0));

    RequesterTest(String scheme) {
        this.uri = scheme + ":twice";
        this.ends = new Ends(scheme);
        this.requester = Requester.open(ends.sending(), uri, OPTIONS);
        this.replier = Replier.open(ends.receiving(), uri, OPTIONS, SHORT);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private Request send(Requester from, long value, Duration patience) throws Exception {
        Request request = from.claim(Long.BYTES, collect, patience);
        request.segment().set(ValueLayout.JAVA_LONG, 0, value);
        request.commit();
        return request;
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void aRequestIsAnswered() throws Exception {
        FutureTask<Integer> answering = start(() -> {
            replier.receive(TWICE);
            return replier.poll(TWICE, 10);
        });
        requester.ask(MemorySegment.ofArray(new long[] {21}), collect, LONG);
        assertEquals(0, answering.get());
        assertEquals(List.of(42L), replies);
        assertEquals(0, replier.lostReplies());
    }

    @Test
    void manyRequestsAreOutstandingAndAwaitedInAnyOrder() throws Exception {
        List<Request> requests = new ArrayList<>();
        for (int value = 0; value < Requester.MAX_OUTSTANDING; value++) {
            requests.add(send(requester, value, LONG));
        }
        assertThrows(IllegalStateException.class, () -> send(requester, 99, LONG));
        assertEquals(Requester.MAX_OUTSTANDING, replier.poll(TWICE, 100));
        for (Request request : requests.reversed()) {
            request.await();
            assertThrows(IllegalStateException.class, request::await);
        }
        assertEquals(Requester.MAX_OUTSTANDING, replies.size());
        assertEquals(126L, replies.getLast());
    }

    @Test
    void aLateReplyIsDroppedAndTheNextRequestGetsItsOwn() throws Exception {
        Request late = send(requester, 1, Duration.ZERO);
        assertThrows(TimeoutException.class, late::await);
        send(requester, 2, LONG).abandon();
        Request third = send(requester, 3, LONG);
        assertEquals(3, replier.poll(TWICE, 10));
        assertEquals(3, requester.poll(10));
        third.await();
        assertEquals(List.of(6L), replies);
    }

    @Test
    void aRequestEndsAtItsDeadline() {
        assertThrows(TimeoutException.class, () -> requester.ask(MemorySegment.ofArray(new long[1]), collect, SHORT));
        assertThrows(TimeoutException.class, () -> {
            while (true) {
                requester.claim(1000, collect, SHORT).commit();
            }
        });
    }

    @Test
    void manyRequestersAreAnsweredEachItsOwn() throws Exception {
        FutureTask<Integer> answering = start(() -> {
            int answered = 0;
            while (answered < 300) {
                replier.receive(TWICE);
                answered++;
            }
            return answered;
        });
        List<FutureTask<Long>> asking = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            Requester each = number == 0 ? requester : Requester.open(ends.sending(), uri, OPTIONS);
            long first = number * 1000L;
            asking.add(start(() -> {
                long[] sum = new long[1];
                for (long value = first; value < first + 100; value++) {
                    long wanted = 2 * value;
                    each.ask(
                            MemorySegment.ofArray(new long[] {value}),
                            reply -> {
                                assertEquals(wanted, reply.get(ValueLayout.JAVA_LONG, 0));
                                sum[0]++;
                            },
                            LONG);
                }
                return sum[0];
            }));
        }
        for (FutureTask<Long> task : asking) {
            assertEquals(100, task.get());
        }
        assertEquals(300, answering.get());
        assertThrows(ParticipantLimitException.class, () -> Requester.open(ends.sending(), uri, OPTIONS));
    }

    @Test
    void aHandlerThatFailsOrGivesNoReplyFailsItsRequest() throws Exception {
        Request failing = send(requester, 1, LONG);
        ArithmeticException thrown = assertThrows(
                ArithmeticException.class,
                () -> replier.receive((_, _) -> {
                    throw new ArithmeticException("odd");
                }));
        assertEquals("odd", thrown.getMessage());
        RequestFailedException failed = assertThrows(RequestFailedException.class, failing::await);
        assertTrue(failed.toString().endsWith("ArithmeticException: odd"), failed.toString());
        Request silent = send(requester, 2, LONG);
        Request aborted = send(requester, 3, LONG);
        Request open = send(requester, 4, LONG);
        replier.receive((_, _) -> {});
        replier.receive((_, reply) -> reply.claim(8).abort());
        replier.receive((_, reply) -> reply.claim(8).segment().fill((byte) 1));
        for (Request request : List.of(silent, aborted, open)) {
            RequestFailedException none = assertThrows(RequestFailedException.class, request::await);
            assertTrue(none.toString().contains("gave no reply"), none.toString());
        }
        assertThrows(InterruptedException.class, () -> {
            send(requester, 5, LONG);
            replier.receive((_, _) -> {
                throw new InterruptedException();
            });
        });
        assertTrue(replies.isEmpty());
    }

    @Test
    void aRequestHasOneReply() throws Exception {
        Reply[] kept = new Reply[1];
        Request request = send(requester, 1, LONG);
        replier.receive((message, reply) -> {
            kept[0] = reply;
            TWICE.onRequest(message, reply);
            assertThrows(IllegalStateException.class, () -> reply.claim(8));
            assertThrows(IllegalStateException.class, () -> replier.poll(TWICE, 1));
        });
        assertThrows(IllegalStateException.class, () -> kept[0].claim(8));
        request.await();
        assertEquals(List.of(2L), replies);
    }

    @Test
    void aRequesterThatIsGoneLosesItsReplyAndHoldsNobodyUp() throws Exception {
        send(requester, 1, LONG);
        assertEquals(1, replier.poll(TWICE, 1));
        send(requester, 2, LONG);
        requester.close();
        // Between processes one reply may be gone before the replier notices; none is an error.
        assertEquals(1, replier.poll(TWICE, 10));
        try (Requester next = Requester.open(ends.sending(), uri, OPTIONS)) {
            Request request = send(next, 3, LONG);
            assertEquals(1, replier.poll(TWICE, 10));
            request.await();
        }
        assertEquals(List.of(6L), replies);
    }

    @Test
    void aRequesterThatReadsNoRepliesLosesThemAfterThePatience() throws Exception {
        Request first = requester.claim(8, reply -> assertEquals(2000, reply.byteSize()), LONG);
        first.commit();
        Request second = send(requester, 2, LONG);
        Request third = send(requester, 3, LONG);
        RequestHandler large = (_, reply) -> reply.send(MemorySegment.ofArray(new byte[2000]));
        assertEquals(3, replier.poll(large, 10));
        assertTrue(replier.lostReplies() >= 1, "lost " + replier.lostReplies());
        requester.poll(10);
        first.await();
        second.abandon();
        third.abandon();
    }

    @Test
    void aReplierThatLeavesIsToldToWhoWaits() throws Exception {
        Request request = send(requester, 1, LONG);
        FutureTask<Boolean> waiting = start(() -> {
            request.await();
            return true;
        });
        replier.close();
        ExecutionException told = assertThrows(ExecutionException.class, waiting::get);
        ChannelClosedException closed = assertInstanceOf(ChannelClosedException.class, told.getCause());
        assertTrue(closed.toString().contains("the replier of " + uri), closed.toString());
        try (Replier successor = Replier.open(ends.receiving(), uri, OPTIONS, SHORT)) {
            successor.receive(TWICE);
            request.await();
        }
        assertEquals(List.of(2L), replies);
    }

    @Test
    void closingEitherSideFailsWhoeverWaitsInIt() throws Exception {
        FutureTask<Boolean> answering = start(() -> {
            replier.receive(TWICE);
            return true;
        });
        Request request = send(requester, 1, LONG);
        answering.get();
        request.await();
        Request unanswered = send(requester, 2, LONG);
        FutureTask<Boolean> asking = start(() -> {
            unanswered.await();
            return true;
        });
        requester.close();
        assertInstanceOf(
                ChannelClosedException.class,
                assertThrows(ExecutionException.class, asking::get).getCause());
        assertEquals(1, replier.poll(TWICE, 10));
        FutureTask<Boolean> waiting = start(() -> {
            replier.receive(TWICE);
            return true;
        });
        replier.close();
        assertInstanceOf(
                ChannelClosedException.class,
                assertThrows(ExecutionException.class, waiting::get).getCause());
    }

    @Test
    void thereIsOneReplierAndItsWaitEnds() {
        assertThrows(ParticipantLimitException.class, () -> Replier.open(ends.sending(), uri, OPTIONS, SHORT));
        assertThrows(TimeoutException.class, () -> replier.receive(TWICE, SHORT));
        ChannelOptions one = ChannelOptions.standard();
        assertThrows(IllegalArgumentException.class, () -> Requester.open(ends.sending(), uri + "2", one));
        ChannelOptions most = OPTIONS.withParticipants(ChannelOptions.MAX_PARTICIPANTS, 1);
        assertThrows(IllegalArgumentException.class, () -> Requester.open(ends.sending(), uri + "2", most));
        assertThrows(IllegalArgumentException.class, () -> requester.claim(-1, collect, LONG));
        assertThrows(
                IllegalArgumentException.class, () -> requester.claim(requester.maxRequestBytes() + 1, collect, LONG));
    }

    @Test
    void theBytesAreTheseForEverAndOthersAreRefused() throws Exception {
        String scheme = uri.substring(0, 3);
        ChannelOptions ring = OPTIONS.withParticipants(4, 1);
        try (Sender sender = ends.sending().sender(scheme + ":twice.requests", ring)) {
            String[] bad = {
                "00",
                "02".repeat(16),
                "0101".repeat(8),
                "0100" + "0100" + "00".repeat(12),
                "01000000" + "03000000" + "00".repeat(8)
            };
            String[] named = {
                "the size is 1",
                "the version is 2",
                "the word at 2 is 257",
                "the word at 2 is 1",
                "the number of the reply channel is 3"
            };
            for (int index = 0; index < bad.length; index++) {
                sender.offer(MemorySegment.ofArray(HexFormat.of().parseHex(bad[index])));
                MessageFormatException refused =
                        assertThrows(MessageFormatException.class, () -> replier.poll(TWICE, 10));
                assertTrue(refused.toString().contains(named[index]), refused.toString());
            }
            requester.close();
            try (Receiver raw = ends.sending().receiver(scheme + ":twice.reply-0", replyRing())) {
                sender.offer(MemorySegment.ofArray(
                        HexFormat.of().parseHex("0100000000000000" + "0807060504030201" + "1500000000000000")));
                assertEquals(1, replier.poll(TWICE, 10));
                byte[] golden = HexFormat.of().parseHex("0100000000000000" + "0807060504030201" + "2a00000000000000");
                assertTrue(raw.receive(
                        message -> assertArrayEquals(golden, message.toArray(ValueLayout.JAVA_BYTE)), LONG));
            }
        }
    }

    private static ChannelOptions replyRing() {
        return ChannelOptions.standard().withCapacityBytes(OPTIONS.capacityBytes());
    }
}
