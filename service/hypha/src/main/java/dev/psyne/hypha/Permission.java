package dev.psyne.hypha;

import java.util.Locale;

/** What a user may do in a workspace; a later one includes those before. */
public enum Permission {
    /** Find and call services. */
    READ("r"),
    /** Register services too. */
    READ_WRITE("rw"),
    /** Everything, tokens with the same right included. */
    ADMIN("a");

    private final String code;

    Permission(String code) {
        this.code = code;
    }

    /** As a token's scope has it: {@code r}, {@code rw} or {@code a}. */
    public String code() {
        return code;
    }

    /** Whether this is {@code wanted} or more. */
    public boolean includes(Permission wanted) {
        return compareTo(wanted) >= 0;
    }

    /**
     * Reads a code, or a name such as {@code read_write}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Permission parse(String text) {
        for (Permission permission : values()) {
            if (permission.code.equals(text)
                    || permission.name().toLowerCase(Locale.ROOT).equals(text)) {
                return permission;
            }
        }
        throw new IllegalArgumentException("a permission is read, read_write or admin, not '" + text + "'");
    }
}
