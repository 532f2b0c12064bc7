package dev.psyne.channel.internal.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.Channels;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Replier;
import dev.psyne.channel.Reply;
import dev.psyne.channel.Request;
import dev.psyne.channel.RequestHandler;
import dev.psyne.channel.Requester;
import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process of a requester or a replier is killed. */
@Timeout(120)
class PatternDeathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Meters meters = Meters.create();
    private final List<Long> replies = new ArrayList<>();

    @AfterEach
    void close() {
        meters.close();
    }

    private Path meeting() {
        return directory.resolve("ipc");
    }

    private ChildProcess child(String role) throws InterruptedException {
        ChildProcess child =
                new ChildProcess(PatternChild.class, -1, role, meeting().toString());
        awaitLines(child, 1);
        return child;
    }

    private static void awaitLines(ChildProcess child, int count) {
        while (child.lineCount() < count) {
            assertTrue(child.isAlive(), "the child has ended");
            Thread.onSpinWait();
        }
    }

    private Request send(Requester requester, long value) throws Exception {
        Request request =
                requester.claim(Long.BYTES, reply -> replies.add(reply.get(ValueLayout.JAVA_LONG, 0)), PATIENCE);
        request.segment().set(ValueLayout.JAVA_LONG, 0, value);
        request.commit();
        return request;
    }

    @Test
    void aReplierThatDiesIsToldOnceAndItsSuccessorGetsTheRequests() throws Exception {
        try (Channels channels = new Channels(meters, meeting());
                Requester requester = Requester.open(channels, PatternChild.URI, PatternChild.OPTIONS)) {
            Request kept;
            Request unread;
            try (ChildProcess child = child("reply")) {
                send(requester, 5).await();
                kept = send(requester, 0);
                unread = send(requester, 7);
                awaitLines(child, 3);
                child.kill();
                assertThrows(PeerDiedException.class, kept::await);
            }
            List<Long> again = new ArrayList<>();
            RequestHandler handler = new RequestHandler() {
                @Override
                public void onRequest(MemorySegment request, Reply reply) throws InterruptedException {
                    PatternChild.answer(request.get(ValueLayout.JAVA_LONG, 0), reply.claim(Long.BYTES));
                }

                @Override
                public void onRedelivered(MemorySegment request, Reply reply) throws InterruptedException {
                    again.add(request.get(ValueLayout.JAVA_LONG, 0));
                    onRequest(request, reply);
                }
            };
            try (Replier successor = Replier.open(channels, PatternChild.URI, PatternChild.OPTIONS, Replier.PATIENCE)) {
                while (successor.poll(handler, 10) != 0) {}
                kept.await();
                unread.await();
            }
            assertEquals(0L, again.getLast());
            assertEquals(List.of(10L, 0L, 14L), replies);
        }
    }

    @Test
    void aReplierThatDiesBeforeItEverRepliedIsTold() throws Exception {
        try (Channels channels = new Channels(meters, meeting());
                Requester requester = Requester.open(channels, PatternChild.URI, PatternChild.OPTIONS);
                ChildProcess child = child("reply")) {
            Request request = send(requester, 0);
            awaitLines(child, 2);
            child.kill();
            assertThrows(PeerDiedException.class, request::await);
            request.abandon();
        }
    }

    @Test
    void theRingOfARequesterThatDiesIsDropped() throws Exception {
        Path ring = meeting().resolve("psyne.ring.service.reply-0");
        try (Channels channels = new Channels(meters, meeting());
                Replier replier =
                        Replier.open(channels, PatternChild.URI, PatternChild.OPTIONS, Duration.ofMillis(50))) {
            RequestHandler large = (_, reply) -> reply.send(MemorySegment.ofArray(new byte[1900]));
            try (ChildProcess child = child("request")) {
                for (int request = 0; request < 3; request++) {
                    replier.receive(large, PATIENCE);
                }
                assertTrue(replier.lostReplies() >= 1);
                assertTrue(Files.exists(ring));
                child.kill();
            }
            while (Files.exists(ring)) {
                assertThrows(TimeoutException.class, () -> replier.receive(large, Duration.ofMillis(10)));
            }
            try (Requester next = Requester.open(channels, PatternChild.URI, PatternChild.OPTIONS)) {
                Request request = send(next, 4);
                assertEquals(1, replier.poll((_, reply) -> PatternChild.answer(4, reply.claim(Long.BYTES)), 10));
                request.await();
            }
            assertEquals(List.of(8L), replies);
        }
    }
}
