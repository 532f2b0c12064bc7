package dev.psyne.vlm.internal.layer;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts how the weights of a model are held. Used by one thread. */
final class WeightTally {
    private static final long MEBIBYTE = 1 << 20;

    private final Map<String, Long> bytes = new TreeMap<>();

    void add(String form, long more) {
        bytes.merge(form, more, Long::sum);
    }

    /** The forms, those with most bytes first. */
    String describe() {
        return bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> entry.getKey() + " (" + size(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        return bytes < MEBIBYTE ? Math.ceilDiv(bytes, 1024L) + " KiB" : Math.ceilDiv(bytes, MEBIBYTE) + " MiB";
    }
}
