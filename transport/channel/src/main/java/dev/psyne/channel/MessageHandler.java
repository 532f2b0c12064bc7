package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/** Reads one message in place; the segment is valid only until the handler returns. */
@FunctionalInterface
public interface MessageHandler {
    void onMessage(MemorySegment message);
}
