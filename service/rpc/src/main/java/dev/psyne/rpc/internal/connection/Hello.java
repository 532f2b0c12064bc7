package dev.psyne.rpc.internal.connection;

import org.jspecify.annotations.Nullable;

/** What each side says first: who it is and what it takes; a node that shares memory also where, and the connection's key there. */
public record Hello(
        int version,
        String name,
        int maxMessageBytes,
        int pieceBytes,
        int maxCalls,
        @Nullable String token,
        @Nullable String workspace,
        @Nullable String client,
        @Nullable String regions,
        @Nullable String regionKey) {
    /** The version of this protocol. */
    public static final int VERSION = 2;

    /** Of one that shares no memory. */
    public Hello(
            int version,
            String name,
            int maxMessageBytes,
            int pieceBytes,
            int maxCalls,
            @Nullable String token,
            @Nullable String workspace,
            @Nullable String client) {
        this(version, name, maxMessageBytes, pieceBytes, maxCalls, token, workspace, client, null, null);
    }
}
