package dev.psyne.hypha.internal.router;

import java.nio.charset.StandardCharsets;

/**
 * Where a frame goes or comes from: {@code workspace/client}. Workspace {@code *} is the server's own; client {@code *}
 * stands for all of a workspace that listen.
 */
public record Address(String workspace, String client) {
    /** The server's own workspace, and the word for every client. */
    public static final String EVERY = "*";

    /** What the names of those begin with who come for one HTTP request; clients like to be called {@code http-client}. */
    public static final String GUEST_PREFIX = "_http-";

    /** UTF-8 bytes of a workspace's or a client's name. */
    public static final int MAX_NAME_BYTES = 256;

    /** Reads an address; one without a workspace is in {@code here}. */
    public static Address parse(String text, String here) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new Address(here, text);
        }
        return new Address(text.substring(0, slash), text.substring(slash + 1));
    }

    /**
     * Checks the name of a workspace or client that somebody else chose.
     *
     * @throws IllegalArgumentException if it cannot be part of an address
     */
    public static String requireName(String what, String name) {
        boolean legal = !name.isEmpty()
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                && name.chars().noneMatch(c -> c <= ' ' || c == 0x7f || "/:*#".indexOf(c) >= 0);
        if (!legal) {
            throw new IllegalArgumentException(what + " has 1 to " + MAX_NAME_BYTES
                    + " bytes without spaces, '/', ':', '*' and '#', not '" + abbreviated(name) + "'");
        }
        return name;
    }

    private static String abbreviated(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }

    @Override
    public String toString() {
        return workspace + "/" + client;
    }
}
