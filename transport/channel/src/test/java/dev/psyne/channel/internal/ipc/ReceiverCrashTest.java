package dev.psyne.channel.internal.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.channel.internal.ring.StoreHook;
import dev.psyne.telemetry.Meters;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A receiver's process dies before each of its stores, and at random. Nothing is lost; what comes again to its successor is
 * flagged and at most a window; what it had handled and told of does not come unflagged.
 */
@Timeout(600)
class ReceiverCrashTest {
    private static final int MESSAGES = 12;
    private static final int NO_HALT = -1;

    /** For each kind of ring; the profile "proof" of the build kills more. */
    private static final int KILLS = Integer.getInteger("dev.psyne.test.kills", 3);

    /** Every so many stores are tried; the profile "proof" of the build tries each. */
    private static final int STORE_STEP = Integer.getInteger("dev.psyne.test.storeStep", 7);

    @TempDir
    private Path directory;

    private static final class Successor implements MessageHandler {
        private final List<Integer> fresh = new ArrayList<>();
        private final List<Integer> again = new ArrayList<>();

        @Override
        public void onMessage(MemorySegment message) {
            fresh.add(CrashChild.check(message));
        }

        @Override
        public void onRedelivered(MemorySegment message) {
            again.add(CrashChild.check(message));
        }

        void check(List<String> handled, int sent, int window, String when) {
            assertTrue(again.size() <= window, when + ": came again " + again);
            List<Integer> all = new ArrayList<>(again);
            all.addAll(fresh);
            for (int index = 1; index < all.size(); index++) {
                assertEquals(all.get(index - 1) + 1, all.get(index), when + ": " + all);
            }
            int first = all.isEmpty() ? sent : all.getFirst();
            int told = (int)
                    handled.stream().filter(line -> !line.equals("joined")).count();
            assertTrue(first <= told, when + ": lost what lies between " + told + " and " + first);
            assertEquals(sent - 1, all.isEmpty() ? sent - 1 : all.getLast(), when);
            fresh.forEach(number -> assertFalse(handled.contains(Integer.toString(number)), when + ": " + number));
        }
    }

    @ParameterizedTest
    @CsvSource({"ONE_TO_ONE, 1", "ONE_TO_ONE, 4", "MANY_TO_ONE, 4", "ONE_TO_MANY, 1", "MANY_TO_MANY, 1"})
    void aHaltAtAnyStoreLosesNothing(Topology topology, int window) throws Exception {
        int stores = HaltedRuns.untilNoneHalts(STORE_STEP, store -> runAndHalt(topology, window, store));
        assertTrue(stores > MESSAGES, "only " + stores + " stores were tried");
    }

    private boolean runAndHalt(Topology topology, int window, int store) throws Exception {
        Path meeting = directory.resolve(topology.name() + store);
        ChannelOptions options = CrashChild.options(topology, window);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, meeting);
                Sender sender = channels.sender(CrashChild.URI, options);
                ChildProcess child = child(meeting, topology, window, store, MESSAGES / 2)) {
            List<Integer> sent = new ArrayList<>();
            Thread sending = Thread.ofVirtual().start(() -> sendAll(sender, options, sent, MESSAGES));
            List<String> handled = child.allLines();
            boolean halted = child.status() == StoreHook.STATUS;
            Successor successor = new Successor();
            try (Receiver receiver = channels.receiver(CrashChild.URI, options)) {
                while (successor.fresh.isEmpty() || successor.fresh.getLast() < MESSAGES - 1) {
                    assertTrue(receiver.receive(successor));
                }
            }
            sending.join();
            successor.check(handled, MESSAGES, window, "halt at store " + store);
            return halted;
        }
    }

    /** Sends on whatever becomes of its receivers. */
    private static void sendAll(Sender sender, ChannelOptions options, List<Integer> sent, int count) {
        for (int number = 0; number < count; ) {
            try {
                CrashChild.send(sender, number, options);
                sent.add(number);
                number++;
            } catch (PeerDiedException died) {
                // Another will take its place.
            } catch (ChannelClosedException left) {
                Thread.onSpinWait();
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ONE_TO_ONE, 16, 1", "MANY_TO_ONE, 256, 2", "MANY_TO_MANY, 1, 3"})
    void aKillAtRandomLosesNothing(Topology topology, int window, long seed) throws Exception {
        Random random = new Random(seed);
        ChannelOptions options = CrashChild.options(topology, window);
        for (int round = 0; round < KILLS; round++) {
            Path meeting = directory.resolve("random" + round);
            try (Meters meters = Meters.create();
                    Channels channels = new Channels(meters, meeting);
                    Sender sender = channels.sender(CrashChild.URI, options);
                    ChildProcess child = child(meeting, topology, window, NO_HALT, Integer.MAX_VALUE)) {
                List<Integer> sent = new ArrayList<>();
                Thread sending = Thread.ofPlatform().start(() -> sendAll(sender, options, sent, Integer.MAX_VALUE));
                int count = random.nextInt(3000);
                while (child.lineCount() < count) {
                    Thread.yield();
                }
                child.kill();
                List<String> handled = child.allLines();
                Successor successor = new Successor();
                try (Receiver receiver = channels.receiver(CrashChild.URI, options)) {
                    for (int more = 0; more < 100; more++) {
                        assertTrue(receiver.receive(successor));
                    }
                    sending.interrupt();
                    sending.join();
                    while (receiver.poll(successor, MESSAGES) > 0) {}
                }
                successor.check(handled, sent.size(), window, "kill after " + count);
            }
        }
    }

    private static ChildProcess child(Path meeting, Topology topology, int window, int store, int count) {
        return new ChildProcess(
                CrashChild.class,
                store,
                "receive",
                meeting.toString(),
                topology.name(),
                Integer.toString(window),
                "0",
                Integer.toString(count));
    }
}
