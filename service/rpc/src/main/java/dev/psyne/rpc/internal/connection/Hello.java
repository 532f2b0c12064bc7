package dev.psyne.rpc.internal.connection;

import org.jspecify.annotations.Nullable;

/** What each side says first: who it is and what it takes. */
public record Hello(
        int version,
        String name,
        int maxMessageBytes,
        int pieceBytes,
        int maxCalls,
        @Nullable String token,
        @Nullable String workspace,
        @Nullable String client) {
    /** The version of this protocol. */
    public static final int VERSION = 2;
}
