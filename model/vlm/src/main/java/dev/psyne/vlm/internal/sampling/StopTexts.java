package dev.psyne.vlm.internal.sampling;

import java.util.List;

/**
 * Lets text through until one of the stop texts comes up. What may be the beginning of one is held back until that is
 * decided. One answer's; not shared.
 */
public final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    public StopTexts(List<String> stops) {
        this.stops = stops;
    }

    /** Takes a piece and returns what is certain to stand before any stop text. */
    public String accept(String piece) {
        held.append(piece);
        int end = -1;
        for (String stop : stops) {
            int index = held.indexOf(stop);
            if (index >= 0 && (end < 0 || index < end)) {
                end = index;
            }
        }
        stopped = end >= 0;
        return release(stopped ? end : held.length() - possibleBeginning());
    }

    /** Whether a stop text came up. */
    public boolean stopped() {
        return stopped;
    }

    /** What was held back, at the end of the text. */
    public String finish() {
        return release(stopped ? 0 : held.length());
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, stopped ? held.length() : length);
        return text;
    }

    private int possibleBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
