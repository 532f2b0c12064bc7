package dev.psyne.rpc;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes what the node sends, fields in the order of docs/protocol.md. */
final class ServerMessages {
    private static final int VERSION = 1;

    private final int limitBytes;

    ServerMessages(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    byte[] hello(String node, Collection<String> services) {
        return message("hello", 4)
                .field("v", VERSION)
                .field("node", node)
                .field("services", services)
                .toFrame();
    }

    byte[] item(long id, Object value) {
        return message("item", 3).field("id", id).field("value", value).toFrame();
    }

    byte[] end(long id, @Nullable Object value) {
        return message("end", 3).field("id", id).field("value", value).toFrame();
    }

    byte[] error(long id, String code, String sentence) {
        return message("error", 4)
                .field("id", id)
                .field("code", code)
                .field("message", sentence)
                .toFrame();
    }

    byte[] pong() {
        return message("pong", 1).toFrame();
    }

    private MessagePackWriter message(String type, int fields) {
        return new MessagePackWriter(limitBytes).mapHeader(fields).field("t", type);
    }
}
