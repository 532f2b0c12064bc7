package dev.psyne.bench.channel;

import dev.psyne.channel.MessageHandler;
import java.lang.foreign.MemorySegment;

/** Adds up the words of the messages of our own rings. One thread. */
final class MessageSum implements MessageHandler {
    private long sum;

    @Override
    public void onMessage(MemorySegment message) {
        sum += Body.sum(message);
    }

    long total() {
        return sum;
    }
}
