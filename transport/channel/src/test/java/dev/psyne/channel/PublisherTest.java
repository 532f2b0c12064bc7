package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"mem", "ipc"})
class PublisherTest {
    private static final Topic EURO = Topic.of("prices/eur");
    private static final Topic NEWS = Topic.of("news");
    private static final ChannelOptions OPTIONS = Publisher.options().withCapacityBytes(1024);

    private final String uri;
    private final Ends ends;
    private final Publisher publisher;
    private final Subscriber subscriber;
    private final List<String> heard = new ArrayList<>();
    private long lost;

    private final TopicHandler collect = new TopicHandler() {
        @Override
        public void onMessage(MemorySegment topic, MemorySegment message) {
            String about = new String(topic.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            heard.add(about + " " + message.get(ValueLayout.JAVA_LONG, 0));
        }

        @Override
        public void onLost(long messages) {
            lost += messages;
        }
    };

    PublisherTest(String scheme) {
        this.uri = scheme + ":market";
        this.ends = new Ends(scheme);
        this.publisher = Publisher.open(ends.sending(), uri, OPTIONS);
        this.subscriber = Subscriber.open(ends.receiving(), uri, OPTIONS);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private void publish(Topic topic, long value) throws InterruptedException {
        Claim claim = publisher.claim(topic, Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
        claim.commit();
    }

    @Test
    void aSubscriberHearsWhatStartsWithWhatItSubscribedTo() throws InterruptedException {
        subscriber.subscribe(Topic.of("prices/"));
        publish(EURO, 1);
        publish(NEWS, 2);
        publish(Topic.of("prices"), 3);
        publish(Topic.of("prices/"), 4);
        assertEquals(2, subscriber.poll(collect, 10));
        assertEquals(List.of("prices/eur 1", "prices/ 4"), heard);
    }

    @Test
    void nothingIsHeardWithoutASubscriptionAndEverythingWithTheEmptyTopic() throws InterruptedException {
        publish(NEWS, 1);
        assertEquals(0, subscriber.poll(collect, 10));
        subscriber.subscribe(Topic.of(""));
        subscriber.subscribe(NEWS);
        publish(NEWS, 2);
        publish(Topic.of(""), 3);
        assertEquals(2, subscriber.poll(collect, 10));
        assertTrue(subscriber.unsubscribe(Topic.of("")));
        assertFalse(subscriber.unsubscribe(Topic.of("")));
        publish(Topic.of(""), 4);
        publish(NEWS, 5);
        assertEquals(1, subscriber.poll(collect, 10));
        assertEquals(List.of("news 2", " 3", "news 5"), heard);
    }

    @Test
    void receivePassesOtherTopicsAndEndsWithThePublisher() throws Exception {
        subscriber.subscribe(NEWS);
        publish(EURO, 1);
        publish(NEWS, 2);
        assertTrue(subscriber.receive(collect));
        assertEquals(List.of("news 2"), heard);
        publish(EURO, 3);
        assertThrows(TimeoutException.class, () -> subscriber.receive(collect, Duration.ofMillis(5)));
        publish(NEWS, 4);
        assertTrue(subscriber.receive(collect, Duration.ofSeconds(10)));
        publish(EURO, 5);
        publisher.close();
        assertFalse(subscriber.receive(collect));
        assertTrue(subscriber.isEnded());
        assertEquals(List.of("news 2", "news 4"), heard);
    }

    @Test
    void aSlowSubscriberIsToldHowManyMessagesItLost() throws InterruptedException {
        subscriber.subscribe(NEWS);
        for (int value = 1; value <= 1000; value++) {
            publish(value % 2 == 0 ? NEWS : EURO, value);
        }
        int handed = subscriber.poll(collect, 10_000);
        assertTrue(lost > 0, "nothing was lost");
        assertEquals(500 - handed, lost / 2, "lost " + lost + ", heard " + heard);
        assertEquals("news 1000", heard.getLast());
    }

    @Test
    void aHoldingPublisherWaitsForItsSlowestSubscriber() throws InterruptedException {
        ChannelOptions holding = OPTIONS.withPolicy(Policy.FAIL);
        try (Publisher held = Publisher.open(ends.sending(), uri + ".held", holding);
                Subscriber slow = Subscriber.open(ends.receiving(), uri + ".held", holding)) {
            slow.subscribe(NEWS);
            int sent = 0;
            try {
                while (sent < 1000) {
                    held.publish(EURO, MemorySegment.ofArray(new long[1]));
                    sent++;
                }
            } catch (ChannelFullException full) {
                // The subscriber has read nothing.
            }
            assertTrue(sent > 10 && sent < 1000, "sent " + sent);
            assertEquals(0, slow.poll(collect, 1000));
            held.publish(NEWS, MemorySegment.ofArray(new long[] {5}));
            assertEquals(1, slow.poll(collect, 10));
            assertEquals(List.of("news 5"), heard);
        }
    }

    @Test
    void aPublisherNeedsNoSubscriberAndALateOneHearsWhatComes() throws InterruptedException {
        subscriber.close();
        for (int value = 0; value < 100; value++) {
            publish(NEWS, value);
        }
        try (Subscriber late = Subscriber.open(ends.receiving(), uri, OPTIONS)) {
            late.subscribe(NEWS);
            publish(NEWS, 100);
            assertEquals(1, late.poll(collect, 1000));
        }
        assertEquals(List.of("news 100"), heard);
    }

    @Test
    void sizesAreTheMessagesOwn() throws InterruptedException {
        int most = publisher.maxMessageBytes(NEWS);
        publisher.claim(NEWS, most).abort();
        assertThrows(IllegalArgumentException.class, () -> publisher.claim(NEWS, most + 1));
        assertThrows(IllegalArgumentException.class, () -> publisher.claim(NEWS, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> publisher.publish(NEWS, MemorySegment.ofArray(new byte[most + 1])));
        assertThrows(IllegalArgumentException.class, () -> Topic.of("x".repeat(256)));
        assertThrows(ParticipantLimitException.class, () -> Publisher.open(ends.receiving(), uri, OPTIONS));
        for (int count = 0; count < Subscriber.MAX_SUBSCRIPTIONS; count++) {
            subscriber.subscribe(NEWS);
        }
        assertThrows(IllegalStateException.class, () -> subscriber.subscribe(NEWS));
    }

    @Test
    void aMessageThatIsNoPublishersIsRefusedAndPassedOver() throws InterruptedException {
        publisher.close();
        subscriber.subscribe(Topic.of(""));
        byte[][] bad = {{}, {2, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0, 0, 0}, {1, 0, 5, 0, 0, 0, 0, 0}};
        String[] named = {"the size is 0", "the version is 2", "the byte at 1 is 1", "the length of the topic is 5"};
        try (Sender sender = ends.sending().sender(uri, OPTIONS)) {
            for (int index = 0; index < bad.length; index++) {
                sender.offer(MemorySegment.ofArray(bad[index]));
                MessageFormatException refused =
                        assertThrows(MessageFormatException.class, () -> subscriber.poll(collect, 10));
                assertTrue(refused.toString().contains(named[index]), refused.toString());
            }
            sender.offer(MemorySegment.ofArray(HexFormat.of().parseHex("01000400" + "6e657773" + "0900000000000000")));
        }
        assertEquals(1, subscriber.poll(collect, 10));
        assertEquals(List.of("news 9"), heard);
    }

    @Test
    void theBytesAreTheseForEver() throws InterruptedException {
        try (Receiver raw = ends.receiving().receiver(uri, OPTIONS)) {
            publish(EURO, 9);
            byte[] golden = HexFormat.of().parseHex("01000a00" + "7072696365732f657572" + "0000" + "0900000000000000");
            assertEquals(1, raw.poll(message -> assertArrayEquals(golden, message.toArray(ValueLayout.JAVA_BYTE)), 10));
        }
    }
}
