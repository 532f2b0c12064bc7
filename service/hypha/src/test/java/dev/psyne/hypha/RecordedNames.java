package dev.psyne.hypha;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was called otherwise when a conversation was recorded: workspaces, users, the manager, sessions, addresses. */
final class RecordedNames {
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+|<jwt>");

    /** What no two runs have in common. */
    private static final List<String> TIMES_AND_VERSIONS = List.of("expires_at", "hypha_version");

    private final Map<String, String> oursByRecorded = new LinkedHashMap<>();

    /** The same thing in the recording and here. */
    void put(String recorded, String ours) {
        oursByRecorded.put(recorded, ours);
    }

    /** A recorded value as a client here would say it, bytes as long as they were. */
    @Nullable
    Object ours(@Nullable Object recorded) {
        return switch (recorded) {
            case String text -> replaced(text, oursByRecorded);
            case List<?> list -> new ArrayList<>(list.stream().map(this::ours).toList());
            case Map<?, ?> map
            when map.get("$hex") != null && map.get("$len") instanceof Number length -> new byte[length.intValue()];
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put(String.valueOf(key), ours(value)));
                yield copy;
            }
            case null, default -> recorded;
        };
    }

    /** A value from here as the recording would have it: its names, and no tokens and times. */
    @Nullable
    Object recorded(@Nullable Object ours) {
        Map<String, String> back = new LinkedHashMap<>();
        oursByRecorded.forEach((recorded, here) -> back.put(here, recorded));
        return plain(ours, back);
    }

    /** A recorded value without what is never the same. */
    @Nullable
    Object plain(@Nullable Object recorded) {
        return plain(recorded, Map.of());
    }

    private static @Nullable Object plain(@Nullable Object value, Map<String, String> names) {
        return switch (value) {
            case String text -> TOKEN.matcher(replaced(text, names)).replaceAll("<token>");
            case List<?> list -> list.stream().map(each -> plain(each, names)).toList();
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(
                        replaced(String.valueOf(key), names),
                        TIMES_AND_VERSIONS.contains(key) ? "<" + key + ">" : plain(each, names)));
                yield copy;
            }
            case Number number when number.doubleValue() == number.intValue() -> number.intValue();
            case null, default -> value;
        };
    }

    /** Bytes as how many there are: the recording has the first of them alone. */
    static @Nullable Object withoutBytes(@Nullable Object value) {
        return switch (value) {
            case MemorySegment bytes -> bytes.byteSize() + " bytes";
            case List<?> list -> list.stream().map(RecordedNames::withoutBytes).toList();
            case Map<?, ?> map when map.get("$hex") instanceof String -> map.get("$len") + " bytes";
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(String.valueOf(key), withoutBytes(each)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    /** Long names first: a user's name is part of its workspace's. */
    private static String replaced(String text, Map<String, String> names) {
        String result = text;
        for (Map.Entry<String, String> name : names.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -each.getKey().length()))
                .toList()) {
            result = result.replace(name.getKey(), name.getValue());
        }
        return result;
    }
}
