package dev.psyne.hypha.internal.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text message of a recorded conversation: a client's first one, or the server's answer to it.
 *
 * @param before how many frames had been recorded
 * @param client whether a client sent it
 * @param text what it says; tokens are {@code <jwt>}
 */
public record RecordedGreeting(int before, boolean client, Map<String, @Nullable Object> text) {
    /** Those of one recording, in order. */
    public static List<RecordedGreeting> of(String recording) {
        return RecordedFrame.lines(recording + "-greetings", RecordedGreeting.class);
    }
}
