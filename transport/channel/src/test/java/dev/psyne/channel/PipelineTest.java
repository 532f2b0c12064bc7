package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"mem", "ipc"})
class PipelineTest {
    private static final ChannelOptions OPTIONS = Pipeline.options(48).withCapacityBytes(1024);

    private final String uri;
    private final Ends ends;

    PipelineTest(String scheme) {
        this.uri = scheme + ":work";
        this.ends = new Ends(scheme);
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private static void push(Sender sender, int first, int count) throws InterruptedException {
        for (int value = first; value < first + count; value++) {
            Claim claim = sender.claim(4);
            claim.segment().set(ValueLayout.JAVA_INT, 0, value);
            claim.commit();
        }
    }

    @Test
    void everyMessageGoesToOneOfThosePulling() throws Exception {
        List<FutureTask<List<Integer>>> pulling = new ArrayList<>();
        List<Sender> senders =
                List.of(Pipeline.push(ends.sending(), uri, OPTIONS), Pipeline.push(ends.receiving(), uri, OPTIONS));
        for (int index = 0; index < 3; index++) {
            Receiver receiver = Pipeline.pull(ends.receiving(), uri, OPTIONS);
            FutureTask<List<Integer>> task = new FutureTask<>(() -> {
                List<Integer> pulled = new ArrayList<>();
                while (receiver.receive(message -> pulled.add(message.get(ValueLayout.JAVA_INT, 0)))) {}
                return pulled;
            });
            Thread.ofVirtual().start(task);
            pulling.add(task);
        }
        push(senders.get(0), 0, 100);
        push(senders.get(1), 100, 100);
        senders.forEach(Sender::close);
        List<Integer> all = new ArrayList<>();
        for (FutureTask<List<Integer>> task : pulling) {
            all.addAll(task.get());
        }
        assertEquals(
                IntStream.range(0, 200).boxed().toList(), all.stream().sorted().toList());
    }

    @Test
    void aMessageHasRoomForItsSlot() throws InterruptedException {
        Sender sender = Pipeline.push(ends.sending(), uri, OPTIONS);
        assertEquals(48, sender.maxMessageBytes());
        assertThrows(IllegalArgumentException.class, () -> sender.offer(MemorySegment.ofArray(new byte[49])));
        Receiver receiver = Pipeline.pull(ends.receiving(), uri, OPTIONS);
        assertTrue(sender.offer(MemorySegment.ofArray(new byte[48])));
        assertEquals(1, receiver.poll(message -> assertEquals(48, message.byteSize()), 10));
        assertThrows(
                ChannelMismatchException.class, () -> Pipeline.pull(ends.receiving(), uri, OPTIONS.withSlotBytes(112)));
    }

    @Test
    void otherTopologiesAreNoPipeline() {
        assertThrows(
                IllegalArgumentException.class, () -> Pipeline.push(ends.sending(), uri, ChannelOptions.standard()));
        assertThrows(
                IllegalArgumentException.class, () -> Pipeline.pull(ends.sending(), uri, ChannelOptions.standard()));
    }
}
