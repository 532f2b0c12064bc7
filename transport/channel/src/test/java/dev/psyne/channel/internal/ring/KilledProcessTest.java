package dev.psyne.channel.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.telemetry.Meters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they write or read a slot, and those that go on without them. */
@Timeout(120)
class KilledProcessTest {
    private static final ChannelOptions OPTIONS =
            ChannelOptions.of(Topology.MANY_TO_MANY).withSlotBytes(112).withCapacityBytes(1024);
    private static final String URI = "ipc:slots";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Meters meters = Meters.create();
    private final Channels channels;
    private final Path directory;
    private final List<String> received = new ArrayList<>();

    private final MessageHandler collect = new MessageHandler() {
        @Override
        public void onMessage(MemorySegment message) {
            received.add("" + message.get(ValueLayout.JAVA_LONG, 0));
        }

        @Override
        public void onRedelivered(MemorySegment message) {
            received.add("again " + message.get(ValueLayout.JAVA_LONG, 0));
        }
    };

    KilledProcessTest(@TempDir Path parent) {
        directory = parent.resolve("ipc");
        channels = new Channels(meters, directory);
    }

    @AfterEach
    void close() {
        channels.close();
        meters.close();
    }

    /** Starts a process that stops in the middle of a message, and kills it there. */
    private void killInTheMiddleOf(String what) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Doomed.class.getName(),
                        directory.toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('!', process.getInputStream().read(), "the process has come to the middle of a message");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void send(Sender sender, long value) throws InterruptedException {
        Claim claim = sender.claim(Long.BYTES);
        claim.segment().set(ValueLayout.JAVA_LONG, 0, value);
        claim.commit();
    }

    private boolean receive(Receiver receiver) throws Exception {
        while (true) {
            try {
                return receiver.receive(collect, PATIENCE);
            } catch (PeerDiedException told) {
                assertTrue(told.toString().contains("sender"), told.toString());
            }
        }
    }

    @Test
    void whatAKilledReceiverWasReadingComesAgainOnce() throws Exception {
        Sender sender = channels.sender(URI, OPTIONS);
        send(sender, 1);
        killInTheMiddleOf("reading");
        Receiver receiver = channels.receiver(URI, OPTIONS);
        send(sender, 2);
        assertTrue(receive(receiver));
        assertTrue(receive(receiver));
        assertEquals(List.of("again 1", "2"), received);
        sender.close();
        assertFalse(receive(receiver));
    }

    @Test
    void whatAKilledSenderHadCommittedIsReadAndItsOpenClaimPassedOver() throws Exception {
        Receiver receiver = channels.receiver(URI, OPTIONS);
        Sender sender = channels.sender(URI, OPTIONS);
        killInTheMiddleOf("writing");
        send(sender, 2);
        assertTrue(receive(receiver));
        assertTrue(receive(receiver));
        assertEquals(List.of("1", "2"), received);
    }

    /** Comes to the middle of a message, says so, and stays there. */
    static final class Doomed {
        private Doomed() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Channels channels = new Channels(Meters.create(), Path.of(args[0]));
            if (args[1].equals("reading")) {
                boolean _ = channels.receiver(URI, OPTIONS).receive(_ -> stay());
            } else {
                Sender sender = channels.sender(URI, OPTIONS);
                send(sender, 1);
                sender.claim(8).segment().set(ValueLayout.JAVA_LONG, 0, 66);
                stay();
            }
        }

        private static void stay() {
            System.out.print('!');
            System.out.flush();
            try {
                int _ = System.in.read();
            } catch (IOException gone) {
                throw new java.io.UncheckedIOException(gone);
            }
        }
    }
}
