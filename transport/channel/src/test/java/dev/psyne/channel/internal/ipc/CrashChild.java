package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.Topology;
import dev.psyne.telemetry.Meters;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The process that dies: {@code send|receive DIRECTORY TOPOLOGY WINDOW FIRST COUNT}. It prints a line for each message after
 * it is committed, or handled. A message carries its number, and in every byte something that follows from it.
 */
final class CrashChild {
    static final String URI = "ipc:crash";
    private static final int SIZES = 7;
    private static final int SIZE_STEP = 72;
    private static final PrintStream OUT = System.out;

    private CrashChild() {}

    public static void main(String[] arguments) throws Exception {
        ChannelOptions options = options(Topology.valueOf(arguments[2]), Integer.parseInt(arguments[3]));
        int first = Integer.parseInt(arguments[4]);
        int count = Integer.parseInt(arguments[5]);
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, Path.of(arguments[1]))) {
            if (arguments[0].equals("send")) {
                send(channels, options, first, count);
            } else {
                receive(channels, options, count);
            }
        }
    }

    static ChannelOptions options(Topology topology, int window) {
        ChannelOptions options = ChannelOptions.of(topology).withWindow(window);
        return (topology.hasSlots() ? options.withSlotBytes(256) : options).withCapacityBytes(2048);
    }

    private static void send(Channels channels, ChannelOptions options, int first, int count) throws Exception {
        try (Sender sender = channels.sender(URI, options)) {
            OUT.println("joined");
            for (int number = first; number < first + count; number++) {
                if (number % 5 == 3) {
                    sender.claim(bytes(number, options)).abort();
                }
                send(sender, number, options);
                OUT.println(number);
            }
        }
    }

    static void send(Sender sender, int number, ChannelOptions options) throws InterruptedException {
        Claim claim = sender.claim(bytes(number, options));
        write(claim.segment(), number);
        claim.commit();
    }

    private static void receive(Channels channels, ChannelOptions options, int count) throws Exception {
        int[] handled = new int[1];
        try (Receiver receiver = channels.receiver(URI, options)) {
            OUT.println("joined");
            MessageHandler handler = message -> {
                OUT.println(check(message));
                handled[0]++;
            };
            while (handled[0] < count && receiver.receive(handler)) {}
        }
    }

    static int bytes(int number, ChannelOptions options) {
        int bytes = 4 + number % SIZES * SIZE_STEP;
        return options.topology().hasSlots() ? Math.min(bytes, options.slotBytes()) : bytes;
    }

    static void write(MemorySegment message, int number) {
        message.set(ValueLayout.JAVA_INT_UNALIGNED, 0, number);
        for (long at = 4; at < message.byteSize(); at++) {
            message.set(ValueLayout.JAVA_BYTE, at, (byte) (number + at));
        }
    }

    /** The number of a message that is whole. */
    static int check(MemorySegment message) {
        int number = message.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        for (long at = 4; at < message.byteSize(); at++) {
            if (message.get(ValueLayout.JAVA_BYTE, at) != (byte) (number + at)) {
                throw new AssertionError("message " + number + " is torn at " + at);
            }
        }
        return number;
    }
}
