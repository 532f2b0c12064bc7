package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Replier;
import dev.psyne.channel.Request;
import dev.psyne.channel.Requester;
import dev.psyne.telemetry.Meters;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The process of a pattern that is killed: {@code reply|request DIRECTORY}. A replier answers every request but 0, over which
 * it stays; a requester sends requests and reads no reply.
 */
final class PatternChild {
    static final String URI = "ipc:service";
    static final ChannelOptions OPTIONS = Requester.options().withCapacityBytes(4096);
    private static final PrintStream OUT = System.out;

    private PatternChild() {}

    public static void main(String[] arguments) throws Exception {
        try (Meters meters = Meters.create();
                Channels channels = new Channels(meters, Path.of(arguments[1]))) {
            if (arguments[0].equals("reply")) {
                reply(channels);
            } else {
                request(channels);
            }
        }
    }

    private static void reply(Channels channels) throws InterruptedException {
        try (Replier replier = Replier.open(channels, URI, OPTIONS, Replier.PATIENCE)) {
            OUT.println("ready");
            while (true) {
                replier.receive((request, reply) -> {
                    long value = request.get(ValueLayout.JAVA_LONG, 0);
                    OUT.println(value);
                    if (value == 0) {
                        Thread.currentThread().join();
                    }
                    answer(value, reply.claim(Long.BYTES));
                });
            }
        }
    }

    static void answer(long value, Claim claim) {
        claim.segment().set(ValueLayout.JAVA_LONG, 0, 2 * value);
        claim.commit();
    }

    private static void request(Channels channels) throws Exception {
        try (Requester requester = Requester.open(channels, URI, OPTIONS)) {
            for (long value = 1; value <= 3; value++) {
                Request request = requester.claim(Long.BYTES, _ -> {}, Duration.ofSeconds(60));
                request.segment().set(ValueLayout.JAVA_LONG, 0, value);
                request.commit();
            }
            OUT.println("sent");
            Thread.currentThread().join();
        }
    }
}
