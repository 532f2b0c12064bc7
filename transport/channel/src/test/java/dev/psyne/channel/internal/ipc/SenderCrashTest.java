package dev.psyne.channel.internal.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.Channels;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.channel.internal.ring.StoreHook;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sender's process dies before each of its stores, and at random. Whatever it had committed arrives, once, whole and in
 * order; nothing else does; the receiver is told; and a new sender goes on where the dead one stopped.
 */
@Timeout(600)
class SenderCrashTest {
    /** How long a receiver waits before the test looks at the child; nothing is taken for proven because it has passed. */
    private static final Duration SLICE = Duration.ofMillis(10);

    private static final int MESSAGES = 9;
    private static final int NO_HALT = -1;

    /** For each kind of ring; the profile "proof" of the build kills more. */
    private static final int KILLS = Integer.getInteger("dev.psyne.test.kills", 3);

    /** Every so many stores are tried; the profile "proof" of the build tries each. */
    private static final int STORE_STEP = Integer.getInteger("dev.psyne.test.storeStep", 7);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void aHaltAtAnyStoreLosesNothing(Topology topology) throws Exception {
        int stores = HaltedRuns.untilNoneHalts(STORE_STEP, store -> runAndHalt(topology, store));
        assertTrue(stores > MESSAGES * 3, "only " + stores + " stores were tried");
    }

    private boolean runAndHalt(Topology topology, int store) throws Exception {
        Path meeting = directory.resolve(topology.name() + store);
        ChannelOptions options = CrashChild.options(topology, 4);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, meeting);
                Receiver receiver = channels.receiver(CrashChild.URI, options);
                ChildProcess child = child(meeting, topology, store, MESSAGES)) {
            List<Integer> received = new ArrayList<>();
            receiveUntilEnd(receiver, received, meeting, child);
            checkNothingIsLost(received, child.allLines(), "halt at store " + store);
            finish(channels, options, receiver, received);
            return child.status() == StoreHook.STATUS;
        }
    }

    /**
     * Until the sender has left or was found dead. A child that has ended and of whose sender nothing is to be seen in the
     * ring either never joined, or was buried between the last wait and that look: one more wait tells which.
     */
    private static void receiveUntilEnd(Receiver receiver, List<Integer> received, Path meeting, ChildProcess child)
            throws InterruptedException {
        boolean isOver = false;
        while (true) {
            try {
                while (receiver.receive(message -> received.add(CrashChild.check(message)), SLICE)) {}
                return;
            } catch (PeerDiedException died) {
                while (receiver.poll(message -> received.add(CrashChild.check(message)), MESSAGES) > 0) {}
                return;
            } catch (TimeoutException late) {
                if (isOver) {
                    assertEquals(List.of(), child.allLines(), "a death was not noticed");
                    return;
                }
                isOver = !child.isAlive() && !hasSender(meeting);
            }
        }
    }

    private static boolean hasSender(Path meeting) {
        return ChannelDirectory.at(meeting).channels().stream()
                .flatMap(channel -> channel.participants().stream())
                .anyMatch(ChannelStatistics.Member::isSender);
    }

    private static void checkNothingIsLost(List<Integer> received, List<String> printed, String when) {
        assertEquals(IntStream.range(0, received.size()).boxed().toList(), received, when);
        long committed = printed.stream().filter(line -> !line.equals("joined")).count();
        assertTrue(received.size() >= committed, when + ": " + committed + " were committed, received " + received);
    }

    /** Somebody else takes the dead one's place. */
    private static void finish(Channels channels, ChannelOptions options, Receiver receiver, List<Integer> received)
            throws InterruptedException {
        try (Sender successor = channels.sender(CrashChild.URI, options)) {
            for (int number = received.size(); number < MESSAGES + 5; number++) {
                CrashChild.send(successor, number, options);
                assertTrue(receiver.receive(message -> received.add(CrashChild.check(message))));
            }
        }
        assertEquals(IntStream.range(0, MESSAGES + 5).boxed().toList(), received);
    }

    @ParameterizedTest
    @CsvSource({"ONE_TO_ONE, 1", "MANY_TO_ONE, 2", "MANY_TO_MANY, 3", "BROADCAST, 4"})
    void aKillAtRandomLosesNothing(Topology topology, long seed) throws Exception {
        Random random = new Random(seed);
        ChannelOptions options = CrashChild.options(topology, 4);
        for (int round = 0; round < KILLS; round++) {
            Path meeting = directory.resolve("random" + round);
            try (Meters meters = Meters.create();
                    Channels channels = new Channels(meters, meeting);
                    Receiver receiver = channels.receiver(CrashChild.URI, options);
                    ChildProcess child = child(meeting, topology, NO_HALT, Integer.MAX_VALUE)) {
                killAfter(random.nextInt(3000), receiver, meeting, child);
            }
        }
    }

    private static void killAfter(int messages, Receiver receiver, Path meeting, ChildProcess child)
            throws InterruptedException {
        List<Integer> received = new ArrayList<>();
        while (received.size() <= messages) {
            assertTrue(receiver.receive(message -> received.add(CrashChild.check(message))));
        }
        child.kill();
        receiveUntilEnd(receiver, received, meeting, child);
        checkNothingIsLost(received, child.allLines(), "kill after " + messages);
    }

    private static ChildProcess child(Path meeting, Topology topology, int store, int count) {
        return new ChildProcess(
                CrashChild.class,
                store,
                "send",
                meeting.toString(),
                topology.name(),
                "4",
                "0",
                Integer.toString(count));
    }
}
