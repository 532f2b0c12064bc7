package dev.psyne.hypha;

import java.util.Locale;

/** Who may find and call a service. */
public enum Visibility {
    /** Clients of its own workspace, and of those it names. */
    PROTECTED,
    /** Anybody. */
    PUBLIC,
    /** Anybody who knows its name: it is in no list. */
    UNLISTED;

    /** The word of hypha's service configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
