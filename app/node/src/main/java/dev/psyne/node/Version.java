package dev.psyne.node;

import java.util.Optional;

/** The version this was built as. */
final class Version {
    private static final String UNPACKAGED = "development";

    private Version() {}

    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse(UNPACKAGED);
    }
}
