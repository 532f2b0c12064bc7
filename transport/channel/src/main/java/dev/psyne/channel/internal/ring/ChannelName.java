package dev.psyne.channel.internal.ring;

import java.util.regex.Pattern;

/** What may stand behind a scheme: it becomes the name of a file and a label of meters. */
public final class ChannelName {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private ChannelName() {}

    /**
     * Checks a part of a name.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static String check(String name) {
        if (!NAME.matcher(name).matches() || name.startsWith(".")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no channel name; it must have 1 to 64 letters, digits,"
                            + " dots, underscores and hyphens, and not start with a dot");
        }
        return name;
    }
}
