package dev.psyne.rpc;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns a frame into a message, or says in one reason why it is none. */
final class ClientMessageDecoder {
    private static final long MAX_UINT32 = 0xffff_ffffL;

    private final Map<String, Object> fields;

    private ClientMessageDecoder(Map<String, Object> fields) {
        this.fields = fields;
    }

    static ClientMessage decode(MemorySegment frame, int limitBytes) {
        if (frame.byteSize() > limitBytes) {
            throw new BrokenFrameException(
                    BrokenFrameException.TOO_BIG,
                    "a frame of " + frame.byteSize() + " bytes is over the limit of " + limitBytes);
        }
        return new ClientMessageDecoder(MessagePackReader.readMap(frame)).message();
    }

    private ClientMessage message() {
        String type = text("t");
        ClientMessage message = switch (type) {
            case "call" -> call();
            case "credit" -> new ClientMessage.Grant(uint32("id"), items());
            case "cancel" -> new ClientMessage.Cancel(uint32("id"));
            case "ping" -> new ClientMessage.Ping();
            case "pong" -> new ClientMessage.Pong();
            default -> throw new BrokenFrameException("unknown message type '" + type + "'");
        };
        if (!fields.isEmpty()) {
            throw new BrokenFrameException(
                    "unknown field '" + fields.keySet().iterator().next() + "' in a " + type);
        }
        return message;
    }

    private ClientMessage call() {
        long id = uint32("id");
        String method = text("method");
        if (method.getBytes(StandardCharsets.UTF_8).length > MessagePackReader.MAX_KEY_BYTES) {
            throw new BrokenFrameException(
                    "a method's name is longer than " + MessagePackReader.MAX_KEY_BYTES + " bytes");
        }
        return new ClientMessage.Call(id, method, map("args"), uint32("credit"));
    }

    private long items() {
        long items = uint32("n");
        if (items == 0) {
            throw new BrokenFrameException("a credit of 0 items");
        }
        return items;
    }

    private String text(String field) {
        if (required(field) instanceof String text) {
            return text;
        }
        throw new BrokenFrameException("the field '" + field + "' is not a string");
    }

    private long uint32(String field) {
        if (required(field) instanceof Long number && number >= 0 && number <= MAX_UINT32) {
            return number;
        }
        throw new BrokenFrameException("the field '" + field + "' is not an unsigned 32-bit integer");
    }

    private Map<String, Object> map(String field) {
        if (required(field) instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put((String) key, value));
            return copy;
        }
        throw new BrokenFrameException("the field '" + field + "' is not a map");
    }

    /** Takes the field out, so that what is left over at the end is unknown. */
    private Object required(String field) {
        Object value = fields.remove(field);
        if (value == null) {
            throw new BrokenFrameException("the field '" + field + "' is missing");
        }
        return value;
    }
}
