package dev.psyne.channel.internal.ring;

import dev.psyne.channel.ChannelFullException;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The ends of a ring for stress tests, whose messages are two words. */
final class Ends {
    static final int MESSAGE_BYTES = 16;

    private Ends() {}

    static Sender sender(Ring ring) {
        return Topologies.sender(ring, Policy.FAIL, EndMeters.NONE);
    }

    static Receiver receiver(Ring ring) {
        return Topologies.receiver(ring, EndMeters.NONE);
    }

    static Claim claim(Sender sender, int bytes) {
        try {
            return sender.claim(bytes);
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Claims and writes two words. */
    static Claim write(Sender sender, long first, long second) {
        Claim claim = claim(sender, MESSAGE_BYTES);
        write(claim.segment(), first, second);
        return claim;
    }

    static void write(MemorySegment message, long first, long second) {
        message.set(ValueLayout.JAVA_LONG, 0, first);
        message.set(ValueLayout.JAVA_LONG, message.byteSize() - Long.BYTES, second);
    }

    static void send(Sender sender, long first, long second) {
        write(sender, first, second).commit();
    }

    /** Sends a message of that size, whose first and last words are given; false if the ring is full. */
    static boolean trySend(Sender sender, int bytes, long first, long second) {
        try {
            Claim claim = claim(sender, bytes);
            write(claim.segment(), first, second);
            claim.commit();
            return true;
        } catch (ChannelFullException full) {
            return false;
        }
    }

    /** Claims, writes and aborts, unless the ring is full. */
    static void tryAbort(Sender sender, int bytes) {
        try {
            Claim claim = claim(sender, bytes);
            write(claim.segment(), -1, -1);
            claim.abort();
        } catch (ChannelFullException full) {
            // Nothing to abort.
        }
    }

    static long first(MemorySegment message) {
        return message.get(ValueLayout.JAVA_LONG, 0);
    }

    static long last(MemorySegment message) {
        return message.get(ValueLayout.JAVA_LONG, message.byteSize() - Long.BYTES);
    }

    /** The first words of all messages there are, as digits; what is torn shows as an X. */
    static String drain(Receiver receiver) {
        StringBuilder seen = new StringBuilder();
        int _ = receiver.poll(message -> append(seen, message), Integer.MAX_VALUE);
        return seen.toString();
    }

    private static void append(StringBuilder seen, MemorySegment message) {
        if (first(message) == last(message)) {
            seen.append(first(message));
        } else {
            seen.append('X');
        }
    }
}
