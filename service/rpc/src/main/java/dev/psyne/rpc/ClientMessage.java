package dev.psyne.rpc;

import java.util.Map;

/** What a client may send. Ids and counts are unsigned 32 bits. */
sealed interface ClientMessage {
    record Call(long id, String method, Map<String, Object> arguments, long credit) implements ClientMessage {}

    record Grant(long id, long items) implements ClientMessage {}

    record Cancel(long id) implements ClientMessage {}

    record Ping() implements ClientMessage {}

    record Pong() implements ClientMessage {}
}
